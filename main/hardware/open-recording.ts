import { join, resolve } from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Files } from "../domain/files.ts";
import type { Host } from "../domain/host.ts";
import { openRecordedHost } from "./recorded-host.ts";
import { decodeText } from "./recording/decode-text.ts";
import { isArchive } from "./recording/is-archive.ts";
import { parseCapture } from "./recording/parse-capture.ts";
import { type PastedFile, readPastedFiles } from "./recording/read-pasted-files.ts";

/** The script cuts every answer at 2 MiB; the largest honest capture (sixteen GPUs, 512 processors) is about 10 MB. */
const LIMIT_BYTES = 64 << 20;
/** Pasted outputs are some dozens; a copied /sys of the files that matter some thousands. More is a mistaken path. */
const MAX_FILES = 10_000;
/** /sys/devices/system/cpu/cpu0/topology/x below a folder of one's own. */
const MAX_DEPTH = 12;
/** What systems leave in every folder. */
const LITTER = /^(\.DS_Store|\._.*|Thumbs\.db|desktop\.ini|\.directory)$/i;

/**
 * The machine that a file or folder records: what capture.sh wrote, a file of pasted outputs, or a folder of such files.
 * @throws machine.captureNotFound, machine.captureInvalid, machine.captureArchived, machine.newerCapture, machine.captureTooLarge, machine.captureTooManyFiles, files.*
 */
export async function openRecording(files: Files, path: string): Promise<Host> {
  const status = await files.status(path);
  if (status === undefined) throw new WorkbenchError("machine.captureNotFound", { file: path });
  const target = status.kind === "link" ? await files.realPath(path) : resolve(path);
  const found = await files.status(target);
  if (found?.kind === "directory") return openRecordedHost(readPastedFiles(await readFolder(files, target)));
  const bytes = await readBounded(files, target, path, LIMIT_BYTES);
  if (isArchive(bytes)) throw new WorkbenchError("machine.captureArchived", { file: path });
  const text = decodeText(bytes) ?? "";
  if (/^\s*\{/.test(text) || /\.json$/i.test(path)) return openRecordedHost(parseCapture(text, path));
  return openRecordedHost(readPastedFiles([{ name: path.split(/[\\/]/).at(-1) ?? path, bytes }]));
}

async function readBounded(files: Files, path: string, shownPath: string, limitBytes: number): Promise<Uint8Array> {
  const { bytes = 0 } = (await files.status(path)) ?? {};
  if (bytes > limitBytes) throw new WorkbenchError("machine.captureTooLarge", { file: shownPath, bytes, limitBytes: LIMIT_BYTES });
  return files.readAll(path, limitBytes);
}

/** Every plain file below, in order. A link or device in the folder leads out of it or nowhere and is not followed. */
async function readFolder(files: Files, root: string): Promise<PastedFile[]> {
  const pasted: PastedFile[] = [];
  let leftBytes = LIMIT_BYTES;
  const walk = async (directory: string, prefix: string, depth: number): Promise<void> => {
    for (const name of await files.list(directory)) {
      if (LITTER.test(name)) continue;
      const path = join(directory, name);
      const kind = (await files.status(path))?.kind;
      if (kind === "directory" && depth < MAX_DEPTH) await walk(path, `${prefix}${name}/`, depth + 1);
      else {
        if (pasted.length >= MAX_FILES) throw new WorkbenchError("machine.captureTooManyFiles", { file: root, count: pasted.length + 1, limit: MAX_FILES });
        const bytes = kind === "file" ? await readBounded(files, path, path, leftBytes) : null;
        leftBytes -= bytes?.byteLength ?? 0;
        pasted.push({ name: `${prefix}${name}`, bytes });
      }
    }
  };
  await walk(root, "", 0);
  return pasted;
}
