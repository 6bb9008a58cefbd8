import type { Host, HostRun } from "../../domain/host.ts";
import { DEVICE_TIMEOUT_MS, NPU_SMI_PATHS, SUMMARY_TIMEOUT_MS } from "./ascend-probes.ts";
import { type NpuTrouble, troubleOf } from "./npu-trouble.ts";
import { plainLines } from "./plain-lines.ts";

/** What the tool said to one question. */
export interface NpuAnswer {
  /** "npu-smi info -t board -i 0" */
  readonly command: string;
  /** What it printed, whatever became of it: a failing tool often prints a good table first. */
  readonly lines: readonly string[];
  readonly trouble: NpuTrouble | null;
  /** false: a record of another machine that does not hold this question. */
  readonly isRecorded: boolean;
}

/** The driver's tool, wherever it is. Questions that a record of another machine does not hold are answered with nothing and no trouble. */
export class NpuSmi {
  readonly #host: Host;
  #path: string | null = null;

  constructor(host: Host) {
    this.#host = host;
  }

  /** About the machine: "info", "info -m", "info -t topo". Ask one such question before any about a device: it finds the tool. */
  async ask(args: string): Promise<NpuAnswer> {
    return this.#answer(args, SUMMARY_TIMEOUT_MS);
  }

  /** About one card or chip: "info -t board -i 0". */
  async askDevice(args: string): Promise<NpuAnswer> {
    return this.#answer(args, DEVICE_TIMEOUT_MS);
  }

  async #answer(args: string, timeoutMs: number): Promise<NpuAnswer> {
    const run = await this.#run(args.split(" "), timeoutMs);
    const stdout = run.kind === "exited" || run.kind === "signalled" || run.kind === "timedOut" ? run.stdout : "";
    const command = `npu-smi ${args}`;
    return { command, lines: plainLines(stdout), trouble: troubleOf(command, run), isRecorded: run.kind !== "notRecorded" };
  }

  /** The PATH first; a tool that is somewhere and may not be run is an answer, and another place is tried before it counts. */
  async #run(args: readonly string[], timeoutMs: number): Promise<HostRun> {
    let answer: HostRun = { kind: "notRecorded" };
    for (const path of this.#path === null ? NPU_SMI_PATHS : [this.#path]) {
      const run = await this.#host.run(path, args, { timeoutMs });
      if (run.kind !== "missing" && run.kind !== "notRecorded" && run.kind !== "denied") {
        this.#path = path;
        return run;
      }
      if (answer.kind === "notRecorded" || run.kind === "denied") answer = run;
    }
    return answer;
  }
}
