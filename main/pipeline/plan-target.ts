import { createHash } from "node:crypto";
import { WorkbenchError } from "../../shared/errors.ts";
import type { DeliveredTarget } from "../../shared/schemas/delivery.ts";
import type { BundleTargetRequest } from "../../shared/schemas/job-requests.ts";
import type { Machine } from "../../shared/schemas/machine.ts";
import type { ModelSpec } from "../../shared/schemas/model-spec.ts";
import type { Arrangement, EngineKind, EngineOption, Plan } from "../../shared/schemas/plan.ts";
import { digestOf, DELIVERY_FILES, refNameOf } from "../bundle/bundle-layout.ts";
import type { PackedPackage } from "../bundle/packed-package.ts";
import type { SavedImage } from "../bundle/read-image.ts";
import type { LaunchFile, LaunchTarget } from "../bundle/targets/launch-target.ts";
import { writeTarget } from "../bundle/targets/write-target.ts";
import type { Files } from "../domain/files.ts";
import { ENGINE_RULES } from "../plan/engine-rules.ts";
import { planModel } from "./plan-model.ts";
import { readSiteFigures } from "./read-site-figures.ts";

export interface TargetToPlan extends Omit<BundleTargetRequest, "machine"> {
  readonly machine: Machine;
  /** How the caller named it, for the folder's name. */
  readonly machineName: string;
}

/** What a target needs to know of a model. */
export interface TargetModel {
  readonly packed: PackedPackage;
  readonly spec: ModelSpec;
  readonly cache: readonly { readonly past: string; readonly width: number }[];
}

/** Repositories of images, by engine: one that was saved is recognised by it. */
const IMAGE_NAMES: Partial<Record<EngineKind | "atc", RegExp>> = { vllm: /vllm-openai|vllm-(?:arm64-)?cpu/, "vllm-ascend": /vllm-ascend/, sglang: /sglang/, "tensorrt-llm": /tensorrt-llm/, mindie: /mindie/, "llama.cpp": /llama[.-]?cpp/i };

/**
 * Plans a target for its site and writes its folder. Nothing of this machine goes in but what the plan is made of: no records, no time.
 * @throws bundle.targetInvalid, bundle.targetDoesNotFit, plan.*
 */
export async function planTarget(
  files: Files, target: TargetToPlan, models: readonly TargetModel[], images: readonly SavedImage[], taken: readonly string[],
): Promise<{ readonly delivered: DeliveredTarget; readonly files: readonly LaunchFile[] }> {
  const { kind, machine, contextTokens, concurrency, nodes, preference } = target;
  const id = targetId(target, taken);
  const { packed, spec, cache } = chooseModel(target, id, models);
  const engine = kind === "atc" ? "onnx" : kind;
  const plan = await planModel(files, {
    location: packed.directory, name: packed.name, machine, goal: { concurrency, nodes, preference, engines: [engine] }, contextTokens: contextTokens ?? null, figures: await readSiteFigures(files, null), records: [],
    nowMs: machine.observation.at === null ? 0 : Date.parse(machine.observation.at),
  });
  const option = plan.options[0] as EngineOption;
  const arrangement = requireFitting(id, option);
  const launch = launchTarget({ ...target, id }, plan, { packed, spec, cache }, images);
  const { weights } = launch;
  const written = writeTarget(launch);
  const isServed = kind !== "atc";
  return {
    files: [...written.files, { path: "plan.json", text: `${JSON.stringify(planOf(plan, option), null, 2)}\n` }],
    delivered: {
      id, kind, package: packed.name, weights, image: written.image, directory: `${DELIVERY_FILES.launch}/${id}`, precision: isServed ? arrangement.precision.name : packed.precision,
      site: { name: plan.machine.name, how: machine.observation.how, at: machine.observation.at, profileDigest: digestOf(createHash("sha256").update(JSON.stringify(machine)).digest("hex")) },
      verdict: option.verdict.kind === "fits" || option.verdict.kind === "fitsWith" ? option.verdict.kind : null,
      devices: arrangement.parallelism.devices, nodes: arrangement.parallelism.nodes, contextTokens: isServed ? arrangement.contextTokens : null, concurrency: isServed ? arrangement.concurrency : null,
    },
  };
}

/** What a plan's first option comes to at the site. @throws bundle.targetInvalid, bundle.targetDoesNotFit */
export function launchTarget({ id, kind, machine, directory, port, image }: TargetToPlan & { readonly id: string }, plan: Plan, { packed, spec, cache }: Pick<TargetModel, "spec" | "cache"> & { readonly packed: Pick<PackedPackage, "name" | "precision"> }, images: readonly SavedImage[]): LaunchTarget {
  const option = plan.options[0] as EngineOption;
  const arrangement = requireFitting(id, option);
  const rules = option.engine === "onnx" ? { utilization: 1, batchTokens: 256 } : ENGINE_RULES[option.engine];
  const saved = images.filter(({ delivered }) => IMAGE_NAMES[kind]?.test(delivered.reference) === true);
  return {
    id, kind, arrangement, notes: option.obstacles, machine, weights: weightsOf(option.engine, packed, arrangement), port, image: image ?? (saved.length === 1 ? (saved[0]?.delivered.reference ?? null) : null),
    deviceKind: plan.machine.pools.find(({ label, row }) => label === arrangement.devices.label && row === arrangement.devices.row)?.kind ?? "cpu",
    model: { name: packed.name, servedName: refNameOf(packed.name), directory: `${directory.replace(/\/+$/, "")}/${refNameOf(packed.name)}`, spec, precision: packed.precision, cache },
    limits: { utilization: rules.utilization, batchTokens: rules.batchTokens },
  };
}

/** What was planned, without the time at which. */
function planOf({ model, machine, goal, assumptions }: Plan, option: EngineOption) {
  return { model, machine, goal, option, assumptions };
}

function targetId({ id, kind, machineName }: TargetToPlan, taken: readonly string[]): string {
  if (id !== undefined && taken.includes(id)) throw new WorkbenchError("bundle.targetInvalid", { target: id, reason: "two targets have this name" });
  if (id !== undefined) return id;
  const name = `${kind}-${machineName}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").slice(0, 46).replaceAll(/^-+|-+$/g, "");
  for (let count = 1; ; count++) {
    const each = count === 1 ? name : `${name}-${count}`;
    if (!taken.includes(each)) return each;
  }
}

/** The embedded engine and ATC take packages of ours; all others the publisher's files. */
function chooseModel({ kind, model: wanted }: TargetToPlan, id: string, models: readonly TargetModel[]): TargetModel {
  const needed = kind === "onnx" || kind === "atc" ? "package" : "checkpoint";
  const named = wanted === undefined ? models : models.filter(({ packed }) => packed.name === wanted || packed.directory === wanted);
  const found = named.find(({ packed }) => packed.kind === needed);
  if (found !== undefined) return found;
  const has = named.map(({ packed }) => `${packed.name} is a ${packed.kind}`).join(", ") || `there is no model called ${wanted ?? ""}`;
  throw new WorkbenchError("bundle.targetInvalid", { target: id, reason: `${kind} takes a ${needed === "package" ? "package of Sallyport's" : "checkpoint as it was published"}, and ${has}; name one as a further model` });
}

function requireFitting(id: string, { verdict, obstacles, arrangement, engine }: EngineOption): Arrangement {
  if (verdict.kind === "doesNotFit") throw new WorkbenchError("bundle.targetDoesNotFit", { target: id, needBytes: verdict.needBytes, haveBytes: verdict.haveBytes });
  if (verdict.kind === "cannotRun" || arrangement === null) throw new WorkbenchError("bundle.targetInvalid", { target: id, reason: `${engine} cannot run it there (${[...new Set(obstacles.map(({ code }) => code))].join(", ")})` });
  return arrangement;
}

/** What the engine converts while it loads travels as it is; what another tool must make does not. */
function weightsOf(engine: EngineKind, { precision }: Pick<PackedPackage, "precision">, { precision: planned }: Arrangement): DeliveredTarget["weights"] {
  const isLoadedAsIs = engine === "onnx" || (engine !== "llama.cpp" && (planned.name === precision || (planned.name === "fp16" && precision === "bf16") || (planned.name === "bf16" && precision === "fp16")));
  return { included: isLoadedAsIs, maker: isLoadedAsIs ? "publisher" : planned.maker };
}

/** Node's words for a site's system and processor. */
export function sitePlatform({ platform: { os, architecture } }: Machine): string {
  const processors = { x86_64: "x64", aarch64: "arm64", other: "other" } as const;
  return `${os}-${processors[architecture]}`;
}
