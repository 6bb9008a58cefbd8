import { launchTarget } from "../../../main/pipeline/plan-target.ts";
import type { LaunchFile } from "../../../main/bundle/targets/launch-target.ts";
import { writeTarget } from "../../../main/bundle/targets/write-target.ts";
import { presetMachine } from "../../../main/plan/preset-machine.ts";
import type { TargetKind } from "../../../shared/schemas/delivery.ts";
import type { Machine } from "../../../shared/schemas/machine.ts";
import type { PlanGoal } from "../../../shared/schemas/plan.ts";
import { planOf, published } from "../../plan/planned-fixture.ts";

export interface Wish extends Partial<Pick<PlanGoal, "contextTokens" | "concurrency" | "nodes" | "preference">> {
  readonly precision?: string;
  readonly port?: number;
  readonly image?: string;
  readonly name?: string;
  readonly directory?: string;
}

/** A target's files as a bundle has them, from a published model and a preset or a machine. */
export function written(model: string, site: string | Machine, kind: TargetKind, { precision, port = 8000, image, name = model, directory = "/opt/models", ...goal }: Wish = {}): Readonly<Record<string, string>> {
  const machine = typeof site === "string" ? presetMachine(site) : site;
  const engine = kind === "atc" ? "onnx" : kind;
  const plan = planOf(published(model), machine, { ...goal, engines: [engine] });
  const packed = { name, precision: precision ?? (model === "DeepSeek V3" ? "fp8" : "bf16") };
  const target = launchTarget({ id: `${kind}-site`.replaceAll(".", "-"), kind, machine, machineName: "site", directory, port, image, concurrency: 1, nodes: 1, preference: "best-quality" }, plan, { packed, spec: published(model).spec, cache: [{ past: "past.0", width: 576 }] }, []);
  return Object.fromEntries(writeTarget(target).files.map(({ path, text }: LaunchFile) => [path, text]));
}

/** ExecStart= of a unit, on one line. */
export const startOf = (unit: string): string => /^ExecStart=((?:.*\\\n)*.*)$/m.exec(unit)?.[1]?.replaceAll(/ \\\n\s*/g, " ") ?? "";

/** The engine's own words in a unit: what follows the image, behind the entrypoint where that is replaced. */
export function flags(unit: string): string {
  const start = startOf(unit);
  const entrypoint = / --entrypoint (\S+) \S+(.*)$/.exec(start);
  return entrypoint === null ? start.slice(start.search(/ (vllm serve|python3 -m sglang\.launch_server) /) + 1) : `${entrypoint[1]}${entrypoint[2]}`;
}
