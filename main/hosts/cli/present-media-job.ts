import type { VolumeSetCheck } from "../../../shared/schemas/bundle.ts";
import type { Job } from "../../../shared/schemas/job.ts";
import { JOB_RESULTS } from "../../api/job-results.ts";
import type { CommandOutcome } from "./define-command.ts";
import { formatBytes, formatCount, formatDuration } from "./format-units.ts";
import { fieldList, printable, textTable } from "./text-table.ts";

type MediaKind = "bundle.split" | "bundle.volumes" | "bundle.join" | "bundle.repair" | "bundle.delta" | "bundle.apply";

/** What a finished job on volumes or deltas made or found. */
export function presentMediaJob(job: Job & { readonly kind: MediaKind }): CommandOutcome {
  const { kind, result } = job;
  switch (kind) {
    case "bundle.split": {
      const { split } = JOB_RESULTS[kind].parse(result);
      const volumes = `${formatCount(split.dataVolumes)} of up to ${formatBytes(split.volumeBytes)}${split.recoveryVolumes === 0 ? ", none for recovery" : `, and ${formatCount(split.recoveryVolumes)} for recovery: any ${split.recoveryVolumes === 1 ? "one" : formatCount(split.recoveryVolumes)} may be lost`}`;
      return {
        json: { id: split.set, split, job },
        text: `${fieldList([["volumes", volumes], ["path", split.path], ["size", formatBytes(split.bytes)], ["rate", rate(split.bytes, split.seconds)], [split.content.kind, split.content.digest], ["set", split.set]])}\nPut each folder on a medium of its own. On any machine: sha256sum -c SHA256SUMS checks a medium alone, sh join.sh puts whole ones together.\nGive the digest of the set to the receiver over another channel.`,
      };
    }
    case "bundle.volumes":
      return presentCheck(JOB_RESULTS[kind].parse(result).check, job);
    case "bundle.join": {
      const { join } = JOB_RESULTS[kind].parse(result);
      const repaired = join.repairedBlocks === 0 ? "" : `\n${formatCount(join.repairedBlocks)} blocks were lost or damaged and have been computed from the other volumes.`;
      return {
        json: { id: join.content.digest, join, job },
        text: `Joined ${formatCount(join.files)} files, ${formatBytes(join.bytes)}, each as its SHA-256 says (${rate(join.bytes, join.seconds)}).${repaired}\n${fieldList([["path", join.path], [join.content.kind, join.content.digest], ["set", join.set]])}\nNext: ${join.content.kind === "bundle" ? `sallyport bundle verify ${printable(join.path)} --digest sha256:…` : `sallyport bundle apply ${printable(join.path)} --base BUNDLE --out FOLDER`}`,
      };
    }
    case "bundle.repair": {
      const { repair } = JOB_RESULTS[kind].parse(result);
      const text = repair.path === null ? "Every volume is here and whole; nothing was written." : `Written anew in ${printable(repair.path)}, ${formatBytes(repair.bytes)} in ${formatDuration(repair.seconds)}: ${repair.repaired.map(printable).join(", ")}.\nEach has the SHA-256 it had when it was first written.`;
      return { json: { id: repair.set, repair, job }, text };
    }
    case "bundle.delta": {
      const { delta } = JOB_RESULTS[kind].parse(result);
      return {
        json: { id: delta.digest, delta, job },
        text: `${fieldList([["path", delta.path], ["to send", `${formatBytes(delta.dataBytes)} of ${formatBytes(delta.bytes)} (${share(delta.dataBytes, delta.bytes)})`], ["files", `${formatCount(delta.keptFiles)} kept, ${formatCount(delta.changedFiles)} changed`], ["from", delta.base], ["to", delta.next], ["digest", delta.digest]])}\nAt the receiver: sallyport bundle apply ${printable(delta.path)} --base BUNDLE --out FOLDER`,
      };
    }
    case "bundle.apply": {
      const { apply } = JOB_RESULTS[kind].parse(result);
      return {
        json: { id: apply.digest, apply, job },
        text: `Put together ${formatBytes(apply.bytes)}, ${formatBytes(apply.dataBytes)} of it from the delta (${rate(apply.bytes, apply.seconds)}).\n${fieldList([["path", apply.path], ["digest", apply.digest]])}\nNext: sallyport bundle verify ${printable(apply.path)} --digest sha256:…`,
      };
    }
    default:
      return kind satisfies never;
  }
}

const VERDICTS: Readonly<Record<VolumeSetCheck["verdict"], string>> = {
  whole: "Every volume is here and whole.",
  dataWhole: "All data is here and whole; of the recovery volumes something is lacking.",
  repairable: "Something is lacking, and the other volumes make up for it: bundle join computes it, bundle repair writes the volumes anew.",
  incomplete: "Too much is lacking.",
};

function presentCheck(check: VolumeSetCheck, job: Job): CommandOutcome {
  const rows = check.volumes.map(({ name, state, bytes, blocks, badBlocks, files, reason }) => [
    name, state, formatBytes(bytes), state === "damaged" ? `${formatCount(badBlocks)} of ${formatCount(blocks)} blocks lost; ${reason ?? ""}` : "", files.map(printable).join(", "),
  ]);
  const others = check.otherLists.map(({ file, set, reason }) => `${printable(file)}: ${set === null ? `cannot be used: ${printable(reason)}` : `another set, ${set}`}`);
  const needed = check.neededVolumes === 0 ? [] : [`Bring ${formatCount(check.neededVolumes)} more of the missing or damaged volumes, or other copies of them.`];
  const text = [fieldList([[check.content.kind, check.content.digest], ["set", check.set]]), "", textTable([{ title: "VOLUME" }, { title: "STATE" }, { title: "SIZE", align: "right" }, { title: "WHAT" }, { title: "WHERE" }], rows), "", VERDICTS[check.verdict], ...needed, ...others].join("\n");
  return { json: { id: check.set, check, job }, text, ...(check.verdict === "incomplete" ? { status: "failed" as const } : {}) };
}

function rate(bytes: number, seconds: number): string {
  return seconds > 0 ? `${formatBytes(Math.round(bytes / seconds))}/s` : formatBytes(bytes);
}

const share = (part: number, whole: number): string => (whole === 0 ? "0 %" : `${((100 * part) / whole).toFixed(1)} %`);
