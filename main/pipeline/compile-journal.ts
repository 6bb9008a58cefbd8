import path from "node:path";
import { z } from "zod";
import type { Files } from "../domain/files.ts";
import type { OnnxTensor } from "../graph/onnx/onnx-model.ts";

/** A group holds at most a few thousand matrices. */
const MAX_DOCUMENT_BYTES = 64 * 2 ** 20;

const size = z.int().nonnegative();
const PlacedTensor = z.strictObject({
  name: z.string(), type: z.literal(["uint8", "float32"]), dims: z.array(size),
  data: z.strictObject({
    kind: z.literal("external"), file: z.string(), offset: size, bytes: size,
    packed: z.array(z.strictObject({ key: z.string(), parts: z.array(z.strictObject({ offset: size, bytes: size, alignment: size })) })).exactOptional(),
  }),
});
/** A group whose bytes are on the medium: written after them, so that what a kill leaves is told whole from torn. */
const FinishedGroup = z.strictObject({ file: z.string(), bytes: size, tensors: z.array(PlacedTensor) });

const documentOf = (index: number): string => `group-${String(index + 1).padStart(5, "0")}.json`;

export async function writeFinishedGroup(files: Files, directory: string, index: number, group: { readonly file: string; readonly bytes: number; readonly tensors: readonly OnnxTensor[] }): Promise<void> {
  await files.writeWhole(path.join(directory, documentOf(index)), new TextEncoder().encode(JSON.stringify(group)));
}

/** @returns where the group's tensors are; null when it is not finished, or not as it was */
export async function readFinishedGroup(files: Files, directory: string, index: number): Promise<readonly OnnxTensor[] | null> {
  const document = path.join(directory, documentOf(index));
  if ((await files.status(document))?.kind !== "file") return null;
  try {
    const { file, bytes, tensors } = FinishedGroup.parse(JSON.parse(new TextDecoder().decode(await files.readAll(document, MAX_DOCUMENT_BYTES))));
    return (await files.status(path.join(directory, file)))?.bytes === bytes ? tensors : null;
  } catch {
    return null;
  }
}

export async function removeFinishedGroups(files: Files, directory: string, count: number): Promise<void> {
  for (let index = 0; index < count; index++) await files.remove(path.join(directory, documentOf(index)));
}
