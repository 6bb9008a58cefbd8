import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import manifest from "../../package.json" with { type: "json" };
import { createEnginePool } from "../api/engine-pool.ts";
import { OpenComparisons } from "../api/open-comparisons.ts";
import type { Workbench } from "../api/workbench.ts";
import { noteSiteUse } from "../bundle/site/site-uses.ts";
import type { Clock } from "../domain/clock.ts";
import type { Installation } from "../domain/installation.ts";
import { compileModel, LEAST_WORTH_COMPILING_BYTES, PACKING_GROUP_BYTES } from "../pipeline/compile-model.ts";
import { instructionSet } from "../runtime/instruction-set.ts";
import { createOpenAiEngine } from "../runtime/openai-engine.ts";
import { createOnnxEngine } from "../runtime/onnx-engine.ts";
import { RUNTIME_VERSION } from "../runtime/runtime-version.ts";
import { createWeightPacker } from "../runtime/weight-packer.ts";
import { openStore } from "../store/open-store.ts";
import { mainJob, proveEgress } from "./egress/prove-egress.ts";
import { homePaths } from "./home-paths.ts";
import { createNodeFiles } from "./node-files.ts";
import { createNodeHost } from "./node-host.ts";
import { createNodeProcesses } from "./node-processes.ts";
import { noteWhileLoaded } from "./note-while-loaded.ts";
import { createNodeSecrets } from "./node-secrets.ts";
import { actor } from "./witness.ts";

const JOB_ENTRY = fileURLToPath(new URL("./job/job-process.ts", import.meta.url));
const ENGINE_ENTRY = fileURLToPath(new URL("./engine/engine-process.ts", import.meta.url));
const PROGRAM = fileURLToPath(new URL("./cli/sallyport.ts", import.meta.url));
const SAMPLE_DIRECTORY = fileURLToPath(new URL("../../resources/sample", import.meta.url));
const RECIPES_DIRECTORY = fileURLToPath(new URL("../../resources/recipes", import.meta.url));
const INSTALLATION: Installation = { root: fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, ""), version: manifest.version, node: process.execPath, nodeVersion: process.version, platform: `${process.platform}-${process.arch}` };

const systemClock: Clock = { now: () => Date.now(), ticks: () => performance.now() };

export interface ComposedWorkbench extends Workbench {
  /** Unloads engines and closes the store. */
  close(): Promise<void>;
}

export interface ComposeOptions {
  /** What an engine's cache may grow to; the engine's own choice, unless said. */
  readonly cacheLimitBytes?: number;
}

/**
 * Wires the adapters of this machine into a workbench. Every host and every job process has one of its own; they meet in the store.
 * @param root the home directory, created when missing
 */
export async function composeWorkbench(root: string, { cacheLimitBytes }: ComposeOptions = {}): Promise<ComposedWorkbench> {
  const home = homePaths(root);
  const files = createNodeFiles();
  await files.makeDirectory(root);
  const store = openStore(home.database, systemClock, actor());
  const processes = createNodeProcesses();
  const createEngine: Workbench["createEngine"] = (model, { threads }) => noteWhileLoaded(() => noteSiteUse({ files, processes }, model.directory, process.title), createOnnxEngine({
    model, threads, entry: ENGINE_ENTRY, cacheLimitBytes: cacheLimitBytes ?? null,
    graphDirectory: (signal, onProgress) => compileModel({
      files, model, root: home.compiled, runtimeVersion: RUNTIME_VERSION, instructionSet: instructionSet(), packer: createWeightPacker(ENGINE_ENTRY), onProgress, signal, leastBytes: LEAST_WORTH_COMPILING_BYTES, groupBytes: PACKING_GROUP_BYTES,
    }),
  }));
  const engines = createEnginePool(createEngine);
  const enginesBeside = createEnginePool(createEngine);
  const close = async (): Promise<void> => {
    try {
      await Promise.all([engines.close(), enginesBeside.close()]);
    } finally {
      store.close();
    }
  };
  const proveEgressHere: Workbench["proveEgress"] = ({ workDirectory, onProgress, signal }) => proveEgress({
    program: [process.execPath, PROGRAM], steps: mainJob(join(SAMPLE_DIRECTORY, "checkpoint")), workDirectory, at: new Date(systemClock.now()).toISOString(), versions: { sallyport: manifest.version, runtime: RUNTIME_VERSION }, onProgress, signal,
  });
  return {
    proveEgress: proveEgressHere,
    home, files, clock: systemClock, host: createNodeHost(systemClock), processes, actor: actor(), program: `sallyport ${manifest.version}`, store, jobEntry: JOB_ENTRY, recipesDirectory: RECIPES_DIRECTORY, sampleDirectory: SAMPLE_DIRECTORY,
    installation: INSTALLATION, createEngine, engines, enginesBeside, close, chatEngine: createOpenAiEngine({ ticks: systemClock.ticks }), secrets: createNodeSecrets(home.engineKeys), comparisons: new OpenComparisons(),
    // Asked anew each time: a person may choose while a server runs.
    get threads() {
      return store.settings.read().threads ?? availableParallelism();
    },
  };
}
