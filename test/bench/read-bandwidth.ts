/*
 * The read bandwidth that `hardware` measures against a program in C (test/hardware/bandwidth.c), in turn, for every number of threads:
 *
 *   node test/bench/read-bandwidth.ts [rounds]
 *
 * On 2 threads of an EPYC (Zen 5) virtual machine that others used at the same time, medians of 7 rounds:
 *
 *   1 thread   37.9 GB/s, in C 38.3: ratio 0.99
 *   2 threads  47.0 GB/s, in C 44.9: ratio 1.05
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { distribution } from "../../main/domain/statistics.ts";
import { measureReadBandwidth } from "../../main/hosts/measure-read-bandwidth.ts";

const rounds = Number(process.argv[2] ?? 7);
const directory = mkdtempSync(join(tmpdir(), "sallyport-bandwidth-"));
const program = join(directory, "bandwidth");
const most = Math.min(availableParallelism(), 64);

try {
  execFileSync("cc", ["-O3", "-march=native", "-pthread", fileURLToPath(new URL("../hardware/bandwidth.c", import.meta.url)), "-o", program]);
  const ours = new Map<number, number[]>();
  const theirs = new Map<number, number[]>();
  for (let round = 0; round < rounds; round++) {
    const lines = execFileSync(program, [String(most)], { encoding: "utf8" });
    for (const [, threads, rate] of lines.matchAll(/^(\d+) threads: ([\d.]+) GB\/s/gm)) push(theirs, Number(threads), Number(rate));
    for (let threads = 1; threads <= most; threads++) push(ours, threads, ((await measureReadBandwidth(threads))?.bytesPerSecond ?? Number.NaN) / 1e9);
  }
  for (const [threads, rates] of ours) {
    const mine = distribution(rates);
    const reference = distribution(theirs.get(threads) ?? [Number.NaN]);
    console.log(`${threads} threads: ${spread(mine)} GB/s, in C ${spread(reference)} GB/s: ratio ${(mine.median / reference.median).toFixed(2)}`);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function push(rates: Map<number, number[]>, threads: number, rate: number): void {
  rates.set(threads, [...(rates.get(threads) ?? []), rate]);
}

function spread({ median, minimum, maximum }: ReturnType<typeof distribution>): string {
  return `${median.toFixed(1)} (${minimum.toFixed(1)} to ${maximum.toFixed(1)})`;
}
