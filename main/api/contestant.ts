import { WorkbenchError } from "../../shared/errors.ts";
import type { Contestant } from "../../shared/schemas/comparison.ts";
import { ENGINE_PREFIX, type RemoteEngine } from "../../shared/schemas/engine.ts";
import type { GenerateEvent, GenerateRequest } from "../../shared/schemas/generation.ts";
import type { EngineAddress } from "../domain/chat-engine.ts";
import type { ModelPackage } from "../domain/model-package.ts";
import { generateElsewhere } from "../pipeline/generate-elsewhere.ts";
import { generateText } from "../pipeline/generate-text.ts";
import { openPackage } from "./resolve-model.ts";
import { modelId } from "./run-model-job.ts";
import type { Workbench } from "./workbench.ts";

/** Whoever can be asked: a package, or an engine elsewhere. */
export type OpenContestant =
  | { readonly kind: "package"; readonly package: ModelPackage }
  | { readonly kind: "engine"; readonly engine: RemoteEngine };

/** @param reference a package, or "engine:NAME"  @throws store.notFound, store.ambiguous, package.* */
export async function openContestant(workbench: Workbench, reference: string): Promise<OpenContestant> {
  if (!reference.startsWith(ENGINE_PREFIX)) return { kind: "package", package: await openPackage(workbench, reference) };
  return { kind: "engine", engine: findEngine(workbench, reference.slice(ENGINE_PREFIX.length)) };
}

/** @param name with or without "engine:"  @throws store.notFound */
export function findEngine({ store }: Workbench, name: string): RemoteEngine {
  const plain = name.startsWith(ENGINE_PREFIX) ? name.slice(ENGINE_PREFIX.length) : name;
  const engine = store.engines.find(plain);
  if (engine === undefined) throw new WorkbenchError("store.notFound", { kind: "engine", reference: plain });
  return engine;
}

export async function addressOf({ secrets }: Workbench, { name, url, hasKey }: RemoteEngine): Promise<EngineAddress> {
  return { url, key: hasKey ? await secrets.read(name) : null };
}

export function identityOf(opened: OpenContestant): Contestant {
  if (opened.kind === "engine") return { kind: "engine", name: opened.engine.name, url: opened.engine.url, model: opened.engine.model };
  const { manifest: { name, recipe }, digest } = opened.package;
  return { kind: "package", name, id: modelId("package", digest), digest, recipe: recipe.name };
}

/** Text from a contestant, streamed. @param createEngine of a package */
export async function* generateBy(workbench: Workbench, opened: OpenContestant, request: GenerateRequest, createEngine: Workbench["createEngine"], signal: AbortSignal): AsyncGenerator<GenerateEvent, void> {
  if (opened.kind === "package") {
    yield* generateText({ files: workbench.files, createEngine, signal, threads: workbench.threads }, { ...request, package: opened.package });
    return;
  }
  const address = await addressOf(workbench, opened.engine);
  yield* generateElsewhere({ engine: workbench.chatEngine, address, model: opened.engine.model, signal }, request);
}
