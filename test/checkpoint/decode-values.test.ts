import { describe, expect, it } from "vitest";
import { areFinite, decodeBfloat16, decodeFloat16, decodeFloat8 } from "../../main/checkpoint/decode-values.ts";

const CODES = Uint16Array.from({ length: 65_536 }, (_, code) => code);

/** IEEE 754-2019, 3.4, written as the standard writes it: (−1)^S · 2^(E−bias) · (1 + T/2^10). */
function float16ByFormula(code: number): number {
  const sign = code >> 15 ? -1 : 1;
  const exponent = (code & 0x7c00) >> 10;
  const fraction = (code & 0x3ff) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
}

function bfloat16ByDataView(code: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(0, code, false);
  return view.getFloat32(0, false);
}

/** OCP 8-bit Floating Point Specification 1.0, table 1, E4M3. */
function float8ByFormula(code: number): number {
  const bits = code.toString(2).padStart(8, "0");
  const sign = bits[0] === "1" ? -1 : 1;
  const exponent = Number.parseInt(bits.slice(1, 5), 2);
  const mantissa = Number.parseInt(bits.slice(5), 2) / 8;
  if (bits.slice(1) === "1111111") return Number.NaN;
  return sign * (exponent === 0 ? mantissa * 2 ** -6 : (1 + mantissa) * 2 ** (exponent - 7));
}

describe("every code", () => {
  it.each([
    ["bfloat16", decodeBfloat16, bfloat16ByDataView], ["float16", decodeFloat16, float16ByFormula],
  ] as const)("of %s decodes as its definition says, sign of zero included", (_name, decode, formula) => {
    const values = new Float32Array(65_536);
    expect(decode(new Uint8Array(CODES.buffer), 65_536, values)).toBe(false);
    const wrong = [...CODES].filter((code) => !Object.is(values[code], formula(code)));
    expect(wrong).toEqual([]);
  });

  it.each([
    ["bfloat16", decodeBfloat16, bfloat16ByDataView], ["float16", decodeFloat16, float16ByFormula],
  ] as const)("of %s alone is called finite exactly when it is, at even and odd places", (_name, decode, formula) => {
    const wrong: string[] = [];
    const into = new Float32Array(3);
    for (let place = 0; place < 3; place++) {
      for (const code of CODES) {
        const words = new Uint16Array(4);
        words[place] = code;
        if (decode(new Uint8Array(words.buffer), 3, into) !== Number.isFinite(formula(code))) wrong.push(`${code} at ${place}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("of float8 decodes as the OCP specification says, times its scale, and only NaN is not finite", () => {
    for (let code = 0; code < 256; code++) {
      const into = new Float32Array(3);
      const finite = decodeFloat8(Uint8Array.of(0, code, 0), 1, 2, Math.fround(0.3), into);
      expect(finite).toBe(!Number.isNaN(float8ByFormula(code)));
      expect(into[1]).toBe(Math.fround(float8ByFormula(code) * Math.fround(0.3)));
      expect([into[0], into[2]]).toEqual([0, 0]);
    }
  });

  it("of float32's exponent is called finite exactly when it is", () => {
    for (let high = 0; high < 65_536; high++) {
      const value = new Float32Array(Uint32Array.of(high * 65_536 + 1).buffer);
      expect(areFinite(value)).toBe(Number.isFinite(value[0]));
    }
  });
});
