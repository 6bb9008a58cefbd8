import path from "node:path";
import { z } from "zod";
import type { Files } from "../domain/files.ts";
import type { ModelPackage } from "../domain/model-package.ts";

/** A few hundred files at most. */
const MAX_DOCUMENT_BYTES = 16 * 2 ** 20;
const DOCUMENT = "compiled.json";

/** What a compiled form was made of, for and by; written last. */
const CompiledForm = z.strictObject({
  formatVersion: z.literal(1),
  modelDigest: z.string(),
  runtimeVersion: z.string(),
  instructionSet: z.string(),
  /** Hashing gigabytes at every start would cost what mapping them saves. A file that was written to, cut, copied or put in another's place shows in these. */
  files: z.array(z.strictObject({ path: z.string(), bytes: z.number(), inode: z.number(), changedMs: z.number() })),
});
export type CompiledForm = z.infer<typeof CompiledForm>;

/** What decides whether a compiled form is of any use. */
export interface CompiledFormKey {
  readonly model: ModelPackage;
  readonly runtimeVersion: string;
  readonly instructionSet: string;
}

/** @returns why the one in `directory` cannot be used; null when it can */
export async function compiledFormFault(files: Files, directory: string, { model, runtimeVersion, instructionSet }: CompiledFormKey): Promise<string | null> {
  const form = await readForm(files, path.join(directory, DOCUMENT));
  if (form === null) return "first start here";
  if (form.modelDigest !== model.digest) return "made from another model";
  if (form.runtimeVersion !== runtimeVersion) return "made by another runtime";
  if (form.instructionSet !== instructionSet) return "made for another processor";
  for (const listed of form.files) {
    const status = await files.status(path.join(directory, listed.path));
    if (status?.kind !== "file" || status.bytes !== listed.bytes || status.inode !== listed.inode || status.changedMs !== listed.changedMs) return "its files have changed";
  }
  return null;
}

/** Completes a compiled form: all its other files are in place and stay as they are. */
export async function writeCompiledForm(files: Files, directory: string, { model, runtimeVersion, instructionSet }: CompiledFormKey): Promise<void> {
  const listed: CompiledForm["files"] = [];
  for (const name of await files.list(directory)) {
    const status = await files.status(path.join(directory, name));
    if (status?.kind === "file") listed.push({ path: name, bytes: status.bytes, inode: status.inode, changedMs: status.changedMs });
  }
  const form: CompiledForm = { formatVersion: 1, modelDigest: model.digest, runtimeVersion, instructionSet, files: listed };
  await files.writeWhole(path.join(directory, DOCUMENT), new TextEncoder().encode(JSON.stringify(form, null, 2)));
}

/** Null for anything that is not a whole one: a cache that cannot be read is made anew. */
async function readForm(files: Files, file: string): Promise<CompiledForm | null> {
  if ((await files.status(file))?.kind !== "file") return null;
  try {
    return CompiledForm.safeParse(JSON.parse(new TextDecoder().decode(await files.readAll(file, MAX_DOCUMENT_BYTES)))).data ?? null;
  } catch {
    return null;
  }
}
