import type { Host, HostRun } from "../../domain/host.ts";
import { GPU_QUERIES, NVIDIA_SMI_ARGUMENTS, NVIDIA_SMI_PROGRAMS, NVIDIA_SMI_TIMEOUT_MS, queryArguments } from "./nvidia-probes.ts";
import { plainText } from "./plain-text.ts";

/** One command's answer, with its output as it was meant. */
export interface SmiAnswer {
  /** As evidence names it; a query without its list of fields. */
  readonly source: string;
  readonly run: HostRun;
  /** What it said to its standard output, until it ended or was ended. */
  readonly text: string;
  /** All that it said; failures come on either stream. */
  readonly words: string;
}

export interface SmiAnswers {
  readonly program: string;
  readonly list: SmiAnswer;
  readonly query: SmiAnswer & { readonly fields: readonly string[] };
  readonly xml: SmiAnswer;
  readonly table: SmiAnswer;
  readonly version: SmiAnswer;
  readonly topology: SmiAnswer;
}

/**
 * Asks the driver's tool for all it can tell. The first question finds the program; the others go at once, since each waits for the same driver to start, and one that
 * hangs must not make the next one wait behind it.
 */
export async function askNvidiaSmi(host: Host): Promise<SmiAnswers> {
  const { program, list } = await findProgram(host);
  const ask = async (args: readonly string[]): Promise<SmiAnswer> => answer(args, await host.run(program, args, { timeoutMs: NVIDIA_SMI_TIMEOUT_MS }));
  const [query, xml, table, version, topology] = await Promise.all([
    askQuery(ask), ask(NVIDIA_SMI_ARGUMENTS.xml), ask(NVIDIA_SMI_ARGUMENTS.table), ask(NVIDIA_SMI_ARGUMENTS.version), ask(NVIDIA_SMI_ARGUMENTS.topology),
  ]);
  return { program, list, query, xml, table, version, topology };
}

async function findProgram(host: Host): Promise<{ readonly program: string; readonly list: SmiAnswer }> {
  let otherwise: { readonly program: string; readonly list: SmiAnswer } | undefined;
  for (const program of NVIDIA_SMI_PROGRAMS) {
    const list = answer(NVIDIA_SMI_ARGUMENTS.list, await host.run(program, NVIDIA_SMI_ARGUMENTS.list, { timeoutMs: NVIDIA_SMI_TIMEOUT_MS }));
    const { kind } = list.run;
    if (kind !== "missing" && kind !== "denied" && kind !== "notRecorded") return { program, list };
    // One that may not be run says more than one that is not there; a record that lacks the list may hold other answers under the plain name, which comes first.
    if (otherwise === undefined || (kind === "denied" && otherwise.list.run.kind !== "denied")) otherwise = { program, list };
  }
  return otherwise ?? { program: "nvidia-smi", list: answer(NVIDIA_SMI_ARGUMENTS.list, { kind: "missing" }) };
}

/** The fullest query that this version knows all fields of. */
async function askQuery(ask: (args: readonly string[]) => Promise<SmiAnswer>): Promise<SmiAnswers["query"]> {
  let last: SmiAnswers["query"] | undefined;
  for (const fields of GPU_QUERIES) {
    last = { ...(await ask(queryArguments(fields))), fields };
    if (last.run.kind !== "notRecorded" && !/not a valid field to query/i.test(last.words)) return last;
  }
  return last ?? { ...answer([], { kind: "notRecorded" }), fields: [] };
}

function answer(args: readonly string[], run: HostRun): SmiAnswer {
  const source = ["nvidia-smi", ...args.map((arg) => arg.replace(/^--query-gpu=.*/, "--query-gpu"))].join(" ");
  const stdout = "stdout" in run ? plainText(run.stdout) : "";
  const stderr = "stderr" in run ? plainText(run.stderr) : "";
  return { source, run, text: stdout, words: stderr.trim() === "" ? stdout : `${stdout}\n${stderr}` };
}
