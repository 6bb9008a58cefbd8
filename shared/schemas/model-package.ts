import { z } from "zod";
import { ModelSpec } from "./model-spec.ts";
import { Recipe } from "./recipe.ts";

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A path inside a package, checkpoint or bundle: forward slashes, no empty, "." or ".." part, no drive, nothing absolute. Stops traversal. */
export const InnerPath = z.string().min(1).max(512).refine(
  (path) => !path.includes("\\") && !path.includes("\0") && !/^[a-zA-Z]:/.test(path) && path.split("/").every((part) => part !== "" && part !== "." && part !== ".."),
  { error: "not a plain relative path" },
);

export const PackageFile = z.strictObject({ path: InnerPath, bytes: z.int().nonnegative(), sha256: Sha256 });
export type PackageFile = z.infer<typeof PackageFile>;

/** One tensor of the cache: the graph takes `past` [S, width] and returns `fresh` [T, width]; the host appends. */
export const CacheStream = z.strictObject({ past: z.string(), fresh: z.string(), width: z.int().positive() });
export type CacheStream = z.infer<typeof CacheStream>;

/**
 * model.json, the head of a model package. It lists every other file with its digest except parity.safetensors, which may be recorded
 * again; the SHA-256 of model.json's bytes is therefore the digest of the model.
 */
export const PackageManifest = z.strictObject({
  formatVersion: z.literal(1),
  name: z.string().min(1).max(200),
  spec: ModelSpec,
  recipe: Recipe,
  cache: z.array(CacheStream),
  lineage: z.strictObject({
    /** SHA-256 over the checkpoint's sorted "sha256  path" lines. */
    checkpointDigest: Sha256,
    checkpointName: z.string(),
    files: z.array(PackageFile),
  }),
  /** The runtime the graph was written for; another may load it, parity decides. */
  runtime: z.strictObject({ name: z.literal("onnxruntime"), version: z.string() }),
  files: z.array(PackageFile),
});
export type PackageManifest = z.infer<typeof PackageManifest>;
