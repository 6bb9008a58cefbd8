import { readFileSync } from "node:fs";
import { arch, cpus } from "node:os";

/** Extensions by which ONNX Runtime chooses its kernels for packed weights (platform.cpp), as Linux names them. */
const DECIDING_FLAGS = ["avx", "f16c", "avx2", "fma", "avx_vnni", "avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512_vnni", "amx_int8", "asimddp", "i8mm", "sve", "sve2"];

/** A name for the kernels this machine's processor gets, fit for a directory: packed weights of one are noise to another. */
export function instructionSet(): string {
  try {
    const line = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "latin1"))?.[1];
    const flags = new Set(line?.trim().split(/\s+/));
    if (flags.size > 1) return [arch(), ...DECIDING_FLAGS.filter((flag) => flags.has(flag))].join("-");
  } catch {
    // Not Linux: the processor's own name has to do.
  }
  return [arch(), cpus()[0]?.model ?? "unknown"].join("-").replaceAll(/[^A-Za-z0-9]+/g, "-");
}
