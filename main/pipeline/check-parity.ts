import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { ParityReport } from "../../shared/schemas/report.ts";
import { type ModelPackage, PACKAGE_FILES } from "../domain/model-package.ts";
import { checkParity } from "../evaluate/check-parity.ts";
import type { JobContext } from "./job-context.ts";
import { measuringConditions } from "./measuring-conditions.ts";
import { readParityFile } from "./parity-file.ts";

/**
 * Another instruction set rounds the int8 activations of a MatMulNBits at other places: 1e-3 is what float32 keeps, and what a package compared
 * with its own record on the same kind of machine keeps by far.
 */
const DEFAULT_TOLERANCE = 1e-3;

/**
 * Recomputes a parity record, the package's own or a file from elsewhere, and reports the differences. Failing parity is a report, not an error.
 * A file from elsewhere that matches only with rotary frequencies rounded to bfloat16 is compared under that rounding, and the report says so.
 * @throws parity.noRecord, parity.recordInvalid
 */
export async function checkModelParity(
  context: JobContext,
  request: { readonly model: ModelPackage; readonly expected?: string | undefined; readonly toleranceAbsolute?: number | undefined; readonly chunkTokens: number | null },
): Promise<ParityReport> {
  const { files, signal, clock, onProgress } = context;
  const { model } = request;
  const file = request.expected ?? path.join(model.directory, PACKAGE_FILES.parity);
  if ((await files.status(file)) === undefined) {
    throw request.expected === undefined ? new WorkbenchError("parity.noRecord", { model: model.manifest.name }) : new WorkbenchError("checkpoint.notFound", { file });
  }
  const { record, sha256 } = await readParityFile(files, file);
  const { vocabSize } = model.manifest.spec;
  if (record.vocabSize !== vocabSize) throw new WorkbenchError("parity.recordInvalid", { file, reason: `its vocabulary has ${record.vocabSize} tokens, the model's ${vocabSize}` });
  const compare = async (compared: ModelPackage): Promise<Compared> => {
    const engine = context.createEngine(compared, { threads: context.threads });
    try {
      onProgress({ step: "parity", done: 0, total: record.inputIds.length, unit: "tokens" });
      await engine.load(signal, onProgress);
      const found = await checkParity({
        engine, expected: record, files, scratchFile: path.join(context.workDirectory, "parity-logits.f32"), chunkTokens: request.chunkTokens,
        toleranceAbsolute: request.toleranceAbsolute ?? DEFAULT_TOLERANCE, signal,
      });
      onProgress({ step: "parity", done: record.inputIds.length, total: record.inputIds.length, unit: "tokens" });
      return { ...found, conditions: measuringConditions(model, engine, clock) };
    } finally {
      await engine.unload();
    }
  };
  const expected = { source: request.expected === undefined ? "package" : path.basename(file), sha256, positions: record.inputIds.length, vocabSize, greedyTokens: record.greedyIds.length };
  const exact = await compare(model);
  if (!exact.passed && request.expected !== undefined) {
    const rounded = await compare(withRoundedFrequencies(model));
    if (rounded.passed || rounded.maxAbsoluteDelta < exact.maxAbsoluteDelta / 10) {
      const { maxAbsoluteDelta, klMean, firstDivergingToken } = exact;
      return { ...rounded, expected, ropeFrequencies: "bfloat16", exact: { maxAbsoluteDelta, klMean, firstDivergingToken } };
    }
  }
  return { ...exact, expected, ropeFrequencies: "float32", exact: null };
}

type Compared = Omit<ParityReport, "expected" | "ropeFrequencies" | "exact">;

/**
 * The model as `.to(torch.bfloat16)` leaves it: that cast rounds the buffer of rotary frequencies with the weights, and `.float()` does not bring
 * the bits back. Logits recorded after it differ from the model's own by up to whole units, and are no proof against it.
 */
function withRoundedFrequencies(model: ModelPackage): ModelPackage {
  const { spec } = model.manifest;
  const rope = { ...spec.rope, inverseFrequencies: spec.rope.inverseFrequencies.map(toBfloat16) };
  return { ...model, manifest: { ...model.manifest, spec: { ...spec, rope } } };
}

/** The nearest bfloat16, halves to even. */
function toBfloat16(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0] as number;
  const rounded = (bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000;
  return new Float32Array(Uint32Array.of(rounded).buffer)[0] as number;
}
