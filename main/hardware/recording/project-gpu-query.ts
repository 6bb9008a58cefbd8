import { posix } from "node:path";
import type { HostRun } from "../../domain/host.ts";
import type { RecordedRun } from "./recording.ts";

const QUERY = "--query-gpu=";

/**
 * Answers a query of nvidia-smi from one that asked for more: exporters and people ask for fields of their own choice. Only an answer with its header can be taken apart;
 * the recorded one without (`noheader`) is taken apart by the fields of its own question.
 */
export function projectGpuQuery(runs: readonly RecordedRun[], name: string, args: readonly string[]): HostRun | undefined {
  const wanted = name === "nvidia-smi" ? fieldsOf(args) : undefined;
  if (wanted === undefined) return undefined;
  for (const recorded of runs) {
    const fields = posix.basename(recorded.command) === "nvidia-smi" ? fieldsOf(recorded.args) : undefined;
    if (fields === undefined || recorded.run.kind !== "exited" || recorded.run.exitCode !== 0 || !wanted.every((field) => fields.includes(field))) continue;
    const format = recorded.args.find((arg) => arg.startsWith("--format=")) ?? "";
    if (/nounits/.test(format)) continue;
    const rows = recorded.run.stdout.split(/\r?\n/).filter((line) => line.trim() !== "").map((line) => line.split(/,\s*/));
    if (rows.some((row) => row.length !== fields.length)) continue;
    const header = /noheader/.test(format) ? undefined : rows.shift();
    const columns = wanted.map((field) => fields.indexOf(field));
    const shown = [columns.map((column, i) => header?.[column] ?? wanted[i] ?? ""), ...rows.map((row) => columns.map((column) => row[column] ?? ""))];
    return { ...recorded.run, stdout: `${shown.map((row) => row.join(", ")).join("\n")}\n` };
  }
  return undefined;
}

function fieldsOf(args: readonly string[]): string[] | undefined {
  return args.find((arg) => arg.startsWith(QUERY))?.slice(QUERY.length).split(",");
}
