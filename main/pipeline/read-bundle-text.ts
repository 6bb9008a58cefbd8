import { WorkbenchError } from "../../shared/errors.ts";
import type { BundleText } from "../../shared/schemas/bundle.ts";
import { blobFile } from "../bundle/bundle-layout.ts";
import { readBundle } from "../bundle/read-bundle.ts";
import type { Files } from "../domain/files.ts";

/** Launch files have some kilobytes, a bill of materials with the runtime's libraries two hundred. */
const MAX_TEXT_BYTES = 4 * 2 ** 20;

/** A text of a delivery, by its path there, to be read by a person. What it holds is only believed once the bundle was verified. @throws files.notFound, files.tooLarge, bundle.* */
export async function readBundleText(files: Files, bundle: string, path: string): Promise<BundleText> {
  const { delivery } = await readBundle(files, bundle);
  const layer = delivery?.layers.find((each) => each.path === path);
  if (layer === undefined) throw new WorkbenchError("files.notFound", { file: path });
  return { path, text: new TextDecoder().decode(await files.readAll(blobFile(bundle, layer.sha256), MAX_TEXT_BYTES)) };
}
