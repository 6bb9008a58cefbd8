import { WorkbenchError } from "../../../shared/errors.ts";
import { type DeliveredRuntime, RuntimeDocument } from "../../../shared/schemas/delivery.ts";
import { InnerPath } from "../../../shared/schemas/model-package.ts";
import { DELIVERY_FILES, digestOf } from "../bundle-layout.ts";
import { type TarEntry, tarEntries } from "../tar-entries.ts";
import { type BlobTraffic, readThrough } from "../transfer-blob.ts";

export const RUNTIME_DOCUMENT = "runtime.json";
/** A hundred components are 30 KB. */
const MAX_DOCUMENT_BYTES = 4 * 2 ** 20;
/** Node's own licence, with those of all it is made of, is 150 KB; ONNX Runtime's notices 300. */
const MAX_LICENCE_BYTES = 4 * 2 ** 20;
const MAX_ENTRIES = 100_000;

export interface ReadRuntime {
  readonly delivered: DeliveredRuntime;
  readonly file: string;
  readonly document: RuntimeDocument;
  readonly licences: readonly { readonly path: string; readonly bytes: Uint8Array }[];
}

/** A runtime archive, as `writeRuntime` makes them; it may come from another machine. @throws bundle.runtimeInvalid, files.notFound */
export async function readRuntime(traffic: BlobTraffic, file: string): Promise<ReadRuntime> {
  const { files } = traffic;
  const refuse = (reason: string): WorkbenchError => new WorkbenchError("bundle.runtimeInvalid", { file, reason });
  const status = await files.status(file);
  if (status === undefined) throw new WorkbenchError("files.notFound", { file });
  if (status.kind !== "file") throw refuse(`it is a ${status.kind}, not a file`);
  const source = await files.open(file);
  try {
    const found = new Map<string, TarEntry>();
    for await (const entry of tarEntries(source, refuse)) {
      if (entry.kind !== "file") throw refuse(`${entry.name.slice(0, 100)} is not a plain file`);
      if (!InnerPath.safeParse(entry.name).success || found.has(entry.name)) throw refuse(`${entry.name.slice(0, 100)} is no name of a file in it, or stands twice`);
      found.set(entry.name, entry);
      if (found.size > MAX_ENTRIES) throw refuse(`it has more than ${MAX_ENTRIES} entries`);
    }
    const read = async (name: string, limit: number): Promise<Uint8Array> => {
      const entry = found.get(name);
      if (entry === undefined) throw refuse(`${name} is missing`);
      if (entry.bytes > limit) throw refuse(`${name} has ${entry.bytes} bytes, at most ${limit} are read`);
      const bytes = new Uint8Array(entry.bytes);
      await source.read(bytes, entry.offset);
      return bytes;
    };
    const document = parseDocument(await read(RUNTIME_DOCUMENT, MAX_DOCUMENT_BYTES), refuse);
    for (const needed of [document.platform.startsWith("win32") ? "bin/node.exe" : "bin/node", "main/hosts/cli/sallyport.ts"]) if (!found.has(needed)) throw refuse(`${needed} is missing`);
    const licences = await Promise.all(document.components.flatMap(({ licenceFile }) => (licenceFile === null ? [] : [licenceFile])).map(async (path) => ({ path, bytes: await read(path, MAX_LICENCE_BYTES) })));
    const sha256 = await readThrough(traffic, file, status.bytes, async () => {});
    const { platform, nodeVersion, components } = document;
    return { file, document, licences, delivered: { platform, path: `${DELIVERY_FILES.runtime}/${platform}.tar`, archiveDigest: digestOf(sha256), bytes: status.bytes, nodeVersion, components: components.length } };
  } finally {
    await source.close();
  }
}

function parseDocument(bytes: Uint8Array, refuse: (reason: string) => WorkbenchError): RuntimeDocument {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw refuse(`${RUNTIME_DOCUMENT}: ${cause instanceof Error ? cause.message.slice(0, 200) : String(cause)}`);
  }
  const parsed = RuntimeDocument.safeParse(json);
  if (!parsed.success) throw refuse(`${RUNTIME_DOCUMENT}: ${parsed.error.issues[0]?.path.join(".")}: ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}
