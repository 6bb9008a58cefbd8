import os from "node:os";
import type { Conditions } from "../../shared/schemas/report.ts";
import type { Clock } from "../domain/clock.ts";
import type { Engine } from "../domain/engine.ts";
import type { ModelPackage } from "../domain/model-package.ts";

/** The model's part of a report: which bytes were measured. */
export function measuredModel({ manifest, digest }: ModelPackage): Conditions["model"] {
  const weightBytes = manifest.files.filter((file) => file.path.startsWith("weights-")).reduce((sum, file) => sum + file.bytes, 0);
  return { id: `pkg-${digest.slice(0, 12)}`, name: manifest.name, digest, recipe: manifest.recipe.name, weightBytes };
}

/** On what a measurement ran; taken after the engine has loaded, so that it says which version did. */
export function measuringConditions(model: ModelPackage, engine: Engine, clock: Clock): Conditions {
  const { name, version, threads } = engine.describe();
  return {
    model: measuredModel(model),
    engine: { name, version, threads },
    machine: measuringMachine(),
    startedAt: new Date(clock.now()).toISOString(),
  };
}

export function measuringMachine(): Conditions["machine"] {
  const cpus = os.cpus();
  return { cpu: cpus[0]?.model.trim() || "unknown", cores: cpus.length, memoryBytes: os.totalmem(), platform: `${os.platform()}-${os.arch()}`, node: process.versions.node };
}
