import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ort from "onnxruntime-node";
import { GraphBuilder, MICROSOFT } from "../../../main/graph/graph-builder.ts";
import { encodeModel } from "../../../main/graph/onnx/encode-model.ts";

/*
 * npm run bench:own-kernel
 *
 * One token's matrices (the shape of bench:peers, 6 of 64 experts in 5 layers) through ONNX Runtime's MatMulNBits and through a kernel of our own
 * (decode-kernel.c), in turn: what stock kernels leave on the table. Needs a C compiler and a processor with AVX-512 VNNI.
 */
const ROUNDS = 3;
const RUNS = 9;
const threads = os.availableParallelism();
const scratch = mkdtempSync(path.join(os.tmpdir(), "own-kernel-"));
const program = path.join(scratch, "decode-kernel");
const source = fileURLToPath(new URL("decode-kernel.c", import.meta.url));

interface Timing {
  readonly block: number;
  readonly calls: number;
  readonly megabytes: number;
  readonly medianMs: number;
  readonly leastMs: number;
  readonly mostMs: number;
}

/** [rows, columns] of every matrix that a token reads, the 16 heads of W_UK and W_UV each by itself as the graph has them. */
function matrices(): [number, number][] {
  const heads = Array.from({ length: 16 }, (): [number, number][] => [[512, 128], [128, 512]]).flat();
  const attention: [number, number][] = [[768, 2048], [576, 2048], [3072, 768], ...heads, [2048, 2048]];
  const experts = Array.from({ length: 6 }, (): [number, number][] => [[2816, 2048], [2048, 1408]]).flat();
  const layers = Array.from({ length: 6 }, (_, layer): [number, number][] => [...attention, ...(layer === 0 ? [[21888, 2048], [2048, 10880]] as [number, number][] : [...experts, [5632, 2048], [2048, 2816]] as [number, number][])]);
  return [...layers.flat(), [32000, 2048]];
}

async function createStock(block: number): Promise<() => Promise<Timing>> {
  const builder = new GraphBuilder();
  const list = matrices();
  const widths = [...new Set(list.map(([, columns]) => columns))];
  for (const width of widths) builder.input(`x.${width}`, "float32", ["T", width]);
  const noise = Uint8Array.from({ length: 2 ** 22 }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 13) & 255);
  const scales = new Uint8Array(new Float32Array(32000 * 64).fill(0.001).buffer);
  let megabytes = 0;
  for (const [index, [rows, columns]] of list.entries()) {
    const packed = new Uint8Array((rows * columns) / 2);
    for (let at = 0; at < packed.length; at += noise.length) packed.set(noise.subarray(0, packed.length - at), at);
    packed[0] = index;
    builder.initializers.push({ name: `w.${index}`, type: "uint8", dims: [rows, columns / block, block / 2], data: { kind: "inline", bytes: packed } });
    builder.initializers.push({ name: `s.${index}`, type: "float32", dims: [(rows * columns) / block], data: { kind: "inline", bytes: scales.subarray(0, ((rows * columns) / block) * 4) } });
    const y = builder.node("MatMulNBits", [`x.${columns}`, `w.${index}`, `s.${index}`], { K: columns, N: rows, bits: 4, block_size: block, accuracy_level: 4 }, MICROSOFT);
    builder.output(`y.${index}`, y, "float32", ["T", rows]);
    // The kernel reads 4 bits a weight, and per block a float32 scale and a float32 sum.
    megabytes += (rows * columns * (0.5 + 8 / block)) / 1e6;
  }
  const session = await ort.InferenceSession.create(encodeModel({
    irVersion: 10, producerName: "bench", producerVersion: "1", opsets: { "": 23, [MICROSOFT]: 1 }, graphName: "token", nodes: builder.nodes, inputs: builder.inputs, outputs: builder.outputs, initializers: builder.initializers, metadata: {},
  }), { intraOpNumThreads: threads, interOpNumThreads: 1, enableMemPattern: false, logSeverityLevel: 4 });
  const feeds = Object.fromEntries(widths.map((width) => [`x.${width}`, new ort.Tensor("float32", Float32Array.from({ length: width }, (_, i) => Math.sin(i * 0.7)), [1, width])]));
  return async () => {
    const times: number[] = [];
    for (let run = -2; run < RUNS; run++) {
      const started = performance.now();
      for (let token = 0; token < 5; token++) await session.run(feeds);
      if (run >= 0) times.push((performance.now() - started) / 5);
    }
    times.sort((a, b) => a - b);
    return { block, calls: list.length, megabytes, medianMs: times[RUNS >> 1] as number, leastMs: times[0] as number, mostMs: times.at(-1) as number };
  };
}

try {
  execFileSync("cc", ["-O3", "-march=native", "-pthread", source, "-o", program, "-lm"], { stdio: "inherit" });
  const stock = [await createStock(32), await createStock(128)];
  console.log(`${os.cpus()[0]?.model}, ${threads} threads; milliseconds for one token's matrices, median (least–most) of ${RUNS}; ${ROUNDS} rounds in turn`);
  for (let round = 1; round <= ROUNDS; round++) {
    const own = execFileSync(program, [String(threads)], { encoding: "utf8" }).trim().split("\n").map((line) => JSON.parse(line) as Timing);
    const rows: [string, Timing][] = [...own.map((timing): [string, Timing] => ["own, float16 scales", timing])];
    for (const run of stock) rows.push(["MatMulNBits", await run()]);
    for (const [name, { block, calls, megabytes, medianMs, leastMs, mostMs }] of rows) {
      console.log(`${round}  ${name.padEnd(20)} blocks of ${String(block).padStart(3)}  ${calls} calls  ${megabytes.toFixed(0)} MB  ${medianMs.toFixed(2)} (${leastMs.toFixed(2)}–${mostMs.toFixed(2)}) ms  ${(megabytes / medianMs).toFixed(1)} GB/s`);
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(0);
