import type { BlockFormat } from "../domain/weights.ts";
import { CANDIDATE_FACTORS } from "./candidate-factors.ts";

const f32 = Math.fround;

/** Below this the reciprocal of a scale is no float32: such a block is stored as zeros. */
const SMALLEST_SCALE = 2 ** -126;

export interface QuantizedBlock {
  /** One code per weight, 0 … 2^bits − 1. */
  readonly codes: Uint8Array;
  readonly scale: number;
  readonly zeroPoint: number;
}

/**
 * One block, readable: the specification of block-kernel.wat, which must give the same bits. Every operation is rounded to float32; sums run
 * in four lanes, added at the end as (l0 + l1) + (l2 + l3).
 *
 * Symmetric: the value of largest magnitude takes the lowest code, −2^(bits−1). Otherwise lowest … highest (with 0 between them) spread over
 * all codes and the zero point is the code of 0. Then, over the candidates, the codes q = round(y · factor) with the least squared error
 * Σ(y − d·q)² at its best d = Σqy / Σqq.
 * @param values finite float32 [blockSize], a multiple of 16
 */
export function quantizeBlock(values: Float32Array, format: BlockFormat): QuantizedBlock {
  const levels = 2 ** format.bits - 1;
  let lowest = Math.min(...values);
  let highest = Math.max(...values);
  let fromCode: number;
  if (format.symmetric) {
    fromCode = f32((highest > -lowest ? highest : lowest) / -(2 ** (format.bits - 1)));
  } else {
    lowest = Math.min(lowest, 0);
    highest = Math.max(highest, 0);
    fromCode = f32(f32(highest / levels) - f32(lowest / levels));
  }
  if (Math.abs(fromCode) < SMALLEST_SCALE) {
    const zeroPoint = format.symmetric ? 2 ** (format.bits - 1) : 0;
    return { codes: new Uint8Array(values.length).fill(zeroPoint), scale: 0, zeroPoint };
  }
  const toCode = f32(1 / fromCode);
  const zeroPoint = format.symmetric ? 2 ** (format.bits - 1) : roundEven(f32(-f32(lowest * toCode)));
  const scaled = values.map((value) => f32(value * toCode));
  const codeOf = (value: number, factor: number): number => Math.max(-zeroPoint, Math.min(levels - zeroPoint, roundEven(f32(value * factor))));

  let bestScore = -1;
  let bestFactor = 0;
  let scale = 0;
  for (const candidate of CANDIDATE_FACTORS[format.bits]) {
    const factor = f32(candidate);
    const qy = [0, 0, 0, 0];
    const qq = [0, 0, 0, 0];
    for (let i = 0; i < scaled.length; i++) {
      const y = scaled[i] as number;
      const q = codeOf(y, factor);
      qy[i % 4] = f32((qy[i % 4] as number) + f32(q * y));
      qq[i % 4] = f32((qq[i % 4] as number) + f32(q * q));
    }
    const sumQy = acrossLanes(qy);
    const sumQq = acrossLanes(qq);
    const score = f32(f32(sumQy * sumQy) / sumQq);
    if (score > bestScore) {
      bestScore = score;
      bestFactor = factor;
      scale = f32(f32(sumQy / sumQq) * fromCode);
    }
  }
  return { codes: Uint8Array.from(scaled, (y) => zeroPoint + codeOf(y, bestFactor)), scale, zeroPoint: zeroPoint + 0 };
}

function acrossLanes(lanes: readonly number[]): number {
  const [a = 0, b = 0, c = 0, d = 0] = lanes;
  return f32(f32(a + b) + f32(c + d));
}

/** To the nearest whole number, halves to the even one (IEEE 754's default, what `f32x4.nearest` does). */
function roundEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
