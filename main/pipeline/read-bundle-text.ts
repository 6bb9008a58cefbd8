import { createHash } from "node:crypto";
import { WorkbenchError } from "../../shared/errors.ts";
import type { BundleText } from "../../shared/schemas/bundle.ts";
import { blobFile } from "../bundle/bundle-layout.ts";
import { readBundle } from "../bundle/read-bundle.ts";
import type { Files } from "../domain/files.ts";

/** Launch files have some kilobytes, a bill of materials with the runtime's libraries two hundred. */
const MAX_TEXT_BYTES = 4 * 2 ** 20;

/** A text of a delivery, by its path there, to be read by a person. @throws files.notFound, files.readFailed, bundle.* */
export async function readBundleText(files: Files, bundle: string, path: string): Promise<BundleText> {
  const { delivery } = await readBundle(files, bundle);
  const layer = delivery?.layers.find((each) => each.path === path);
  if (layer === undefined) throw new WorkbenchError("files.notFound", { file: path });
  const file = blobFile(bundle, layer.sha256);
  const bytes = await files.readAll(file, MAX_TEXT_BYTES);
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== layer.sha256) throw new WorkbenchError("bundle.blobChanged", { file, expected: layer.sha256, found });
  return { path, text: new TextDecoder().decode(bytes) };
}
