import type { z } from "zod";
import type { SequenceRequest } from "../../../shared/schemas/job.ts";
import type { Language } from "../../texts/languages.ts";
import { besides, chosenBytes, type ExportState, writeMark } from "./export-state.ts";
import { targetRequest, writeTarget } from "./target-words.ts";

type Steps = z.input<typeof SequenceRequest>["steps"];

function createStep({ models: [model = "", ...models], targets, reports, marks, images, runtimes, title }: ExportState, target: string): Steps[number] {
  return { kind: "bundle.create", request: { model, models, targets: targets.map(targetRequest), reports: [...reports], marks: [...marks], images: [...images], runtimes: [...runtimes], out: target, ...(title === "" ? {} : { name: title }) } };
}

/** What follows a bundle that is whole: what travels is made of it, then every byte is read back. `digest`: of a bundle that lies there already; null: step 0 makes it. */
function laterSteps({ base, recovery, ...state }: ExportState, target: string, language: Language, digest: string | null): Steps {
  const mediumBytes = chosenBytes(state);
  // A path that is not there yet cannot be named, only taken from the step that makes it.
  const bundle = digest === null ? { request: {}, take: { bundle: { step: 0, result: "bundle.path" } } } : { request: { bundle: target }, take: {} };
  const travelling = base === "" ? bundle : { request: {}, take: { bundle: { step: digest === null ? 1 : 0, result: "delta.path" } } };
  const expected = digest === null ? { request: {}, take: { expectedDigest: { step: 0, result: "bundle.digest" } } } : { request: { expectedDigest: digest }, take: {} };
  return [
    ...(base === "" ? [] : [{ kind: "bundle.delta" as const, request: { ...bundle.request, base, out: besides.delta(target) }, take: bundle.take }]),
    ...(mediumBytes == null ? [] : [{ kind: "bundle.split" as const, request: { ...travelling.request, out: besides.volumes(target), mediumBytes, recoveryVolumes: recovery }, take: travelling.take }]),
    { kind: "bundle.verify", request: { ...bundle.request, ...expected.request, receipt: besides.receipt(target), language }, take: { ...bundle.take, ...expected.take } },
  ];
}

/** Everything, or up to where a passphrase is needed: a job's request is stored, and a passphrase never is. */
export function firstSteps(state: ExportState, target: string, language: Language): Steps {
  const create = createStep(state, target);
  return state.key === "" ? [create, ...laterSteps(state, target, language, null)] : [create];
}

export function stepsAfterSigning(state: ExportState, target: string, language: Language, digest: string): Steps {
  return laterSteps(state, target, language, digest);
}

/** The same on a command line. */
export function exportCommands(state: ExportState, target: string, language: Language): string[][] {
  if (state.models.length === 0) return [];
  const { targets, marks, images, runtimes, reports, title, key, base, medium, size, recovery } = state;
  const each = (flag: string, values: readonly string[]): string[] => values.flatMap((value) => [flag, value]);
  const create = [
    "bundle", "create", ...state.models, ...(target === "" ? [] : ["--out", target]), ...(title === "" ? [] : ["--name", title]), ...each("--target", targets.map(writeTarget)), ...each("--mark", marks.map(writeMark)), ...each("--image", images), ...each("--runtime", runtimes),
    ...each("--report", reports),
  ];
  if (target === "") return [create];
  return [
    create, ...(key === "" ? [] : [["bundle", "sign", target, "--key", key, "--no-verify"]]), ...(base === "" ? [] : [["bundle", "delta", base, target, "--out", besides.delta(target)]]),
    ...(chosenBytes(state) == null ? [] : [["bundle", "split", base === "" ? target : besides.delta(target), "--size", medium === "own" ? size : medium, "--recovery", String(recovery), "--out", besides.volumes(target)]]),
    ["bundle", "verify", target, "--receipt", besides.receipt(target), "--language", language],
  ];
}
