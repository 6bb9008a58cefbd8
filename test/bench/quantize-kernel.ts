import { createBlockQuantizer } from "../../main/quantize/block-quantizer.ts";

/** Nanoseconds per weight of the block kernel on one core, per format: median and range of the runs. `node test/bench/quantize-kernel.ts` */
const COLUMNS = 2048;
const ROWS = 2048;
const RUNS = 9;

const values = Float32Array.from({ length: ROWS * COLUMNS }, (_, i) => Math.sin(i * 12.9898) * Math.cos(i * 0.317));
console.log(`ns per weight, ${ROWS} × ${COLUMNS} weights, ${RUNS} runs each: median (range)`);
for (const bits of [4, 8] as const) {
  for (const blockSize of [32, 64, 128] as const) {
    for (const symmetric of [true, false]) {
      const quantizer = createBlockQuantizer({ bits, blockSize, symmetric }, COLUMNS);
      const out = {
        packed: new Uint8Array(ROWS * quantizer.packedBytesPerRow),
        scales: new Float32Array(ROWS * quantizer.scalesPerRow),
        zeroPoints: symmetric ? null : new Uint8Array(ROWS * quantizer.zeroPointBytesPerRow),
      };
      const times: number[] = [];
      for (let run = -1; run < RUNS; run++) {
        const started = performance.now();
        quantizer.quantize(values, ROWS, out);
        if (run >= 0) times.push(((performance.now() - started) * 1e6) / (ROWS * COLUMNS));
      }
      times.sort((a, b) => a - b);
      console.log(`${bits} bit, ${String(blockSize).padStart(3)}, ${symmetric ? "symmetric  " : "zero points"}  ${times[RUNS >> 1]?.toFixed(2)} (${times[0]?.toFixed(2)} – ${times.at(-1)?.toFixed(2)})`);
    }
  }
}
