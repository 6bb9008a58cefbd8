import { z } from "zod";

/** How engines store a matrix. "blocks4/32": our own packages, 4 bits in blocks of 32. */
export const WEIGHT_FORMATS = [
  "f32", "bf16", "f16", "fp8-block128", "int8-channel", "int4-group128", "int4-channel", "nvfp4",
  "Q8_0", "Q4_0", "Q4_K", "Q6_K", "Q5_0",
  "blocks4/32", "blocks4/64", "blocks4/128", "blocks8/32", "blocks8/64", "blocks8/128",
] as const;
export const WeightFormat = z.enum(WEIGHT_FORMATS);
export type WeightFormat = z.infer<typeof WeightFormat>;
