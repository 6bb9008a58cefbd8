import { TARGET_KINDS, type TargetKind } from "../../../shared/schemas/delivery.ts";
import type { BundleTargetRequest } from "../../../shared/schemas/job-requests.ts";

/** An engine on a machine, as far as it is chosen: "" is open. */
export interface TargetChoice {
  readonly kind: TargetKind | "";
  /** "here", a site's id, a preset, or the absolute path of a record. */
  readonly machine: string;
  /** Id of the model it takes; "": the first that its engine takes. */
  readonly model: string;
  /** null: as far as a plan goes by itself. */
  readonly contextTokens: number | null;
  readonly concurrency: number;
  readonly nodes: number;
}

export const OPEN_TARGET: TargetChoice = { kind: "", machine: "", model: "", contextTokens: null, concurrency: 1, nodes: 1 };

/** As the command line takes it, and as the address keeps it. */
export function writeTarget({ kind, machine, model, contextTokens, concurrency, nodes }: TargetChoice): string {
  const fields = [...(model === "" ? [] : [`model=${model}`]), ...(contextTokens === null ? [] : [`context=${contextTokens}`]), ...(concurrency === 1 ? [] : [`concurrency=${concurrency}`]), ...(nodes === 1 ? [] : [`nodes=${nodes}`])];
  return [`${kind}:${machine}`, ...fields].join(",");
}

/** Of whatever an address holds; what cannot be read is open. */
export function readTarget(words: string): TargetChoice {
  const colon = words.indexOf(":");
  if (colon < 0) return OPEN_TARGET;
  const [machine = "", ...fields] = words.slice(colon + 1).split(/,(?=[a-z]+=)/);
  const field = (name: string): string => fields.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
  const context = whole(field("context"));
  return { kind: TARGET_KINDS.find((each) => each === words.slice(0, colon)) ?? "", machine, model: field("model"), contextTokens: context, concurrency: whole(field("concurrency")) ?? 1, nodes: whole(field("nodes")) ?? 1 };
}

export function isWhole({ kind, machine }: TargetChoice): boolean {
  return kind !== "" && machine !== "";
}

/** The embedded engine and ATC take packages of ours, all others the publisher's files. */
export function neededKind(kind: TargetKind): "package" | "checkpoint" {
  return kind === "onnx" || kind === "atc" ? "package" : "checkpoint";
}

export function targetRequest({ kind, machine, model, contextTokens, concurrency, nodes }: TargetChoice): Pick<BundleTargetRequest, "kind" | "machine" | "concurrency" | "nodes"> & Partial<BundleTargetRequest> {
  return { kind: kind === "" ? "onnx" : kind, machine, concurrency, nodes, ...(model === "" ? {} : { model }), ...(contextTokens === null ? {} : { contextTokens }) };
}

function whole(text: string): number | null {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}
