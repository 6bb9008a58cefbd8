import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import wabt from "wabt";

const source = fileURLToPath(new URL("../../main/quantize/block-kernel.wat", import.meta.url));
const target = fileURLToPath(new URL("../../main/quantize/block-kernel.ts", import.meta.url));

/** The module that block-kernel.wat assembles to, as the text of block-kernel.ts. */
export async function assembleKernel(): Promise<string> {
  const assembler = await wabt();
  const module = assembler.parseWat("block-kernel.wat", readFileSync(source, "utf8"), { simd: true, sat_float_to_int: true });
  module.validate();
  const base64 = Buffer.from(module.toBinary({}).buffer).toString("base64");
  return `/** block-kernel.wat, assembled by \`npm run kernel\`; a test compares the two. */\nexport const KERNEL_BASE64 =\n  "${base64}";\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, await assembleKernel());
