/** Bits per element of every dtype the safetensors format names (safetensors 0.6, `Dtype::bitsize`). */
const BITS = new Map<string, number>([
  ["BOOL", 8], ["F4", 4], ["F6_E2M3", 6], ["F6_E3M2", 6], ["U8", 8], ["I8", 8], ["F8_E5M2", 8], ["F8_E4M3", 8], ["F8_E8M0", 8],
  ["I16", 16], ["U16", 16], ["F16", 16], ["BF16", 16], ["I32", 32], ["U32", 32], ["F32", 32], ["C64", 64], ["F64", 64], ["I64", 64], ["U64", 64],
]);

/** Undefined for a dtype the format does not know. */
export function bitsOfDtype(dtype: string): number | undefined {
  return BITS.get(dtype);
}

export const SAFETENSORS_DTYPES: readonly string[] = [...BITS.keys()];
