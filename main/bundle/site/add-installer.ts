import path from "node:path";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { Files } from "../../domain/files.ts";
import { ANNOTATIONS, hexOf, INSTALL_LIST, INSTALL_SCRIPT } from "../bundle-layout.ts";
import type { OpenedBundle } from "../opened-bundle.ts";
import { readBundle } from "../read-bundle.ts";
import { formatInstallList, type ListedPart } from "./install-list.ts";
import { INSTALL_SCRIPT_TEXT } from "./install-script.ts";

/** Far above the list of any bundle that is read. */
const MAX_LIST_BYTES = 64 * 2 ** 20;

/** Puts install.sh and its list beside the layout. */
export async function addInstaller(files: Files, directory: string): Promise<void> {
  await files.writeWhole(path.join(directory, INSTALL_LIST), new TextEncoder().encode(listOf(await readBundle(files, directory))));
  await files.writeWhole(path.join(directory, INSTALL_SCRIPT), new TextEncoder().encode(INSTALL_SCRIPT_TEXT));
  await files.makeExecutable(path.join(directory, INSTALL_SCRIPT));
}

/** The list says what the manifests say. A copy by another tool may have come without it. @throws bundle.layoutInvalid */
export async function checkInstaller(files: Files, bundle: OpenedBundle): Promise<void> {
  const file = path.join(bundle.directory, INSTALL_LIST);
  if ((await files.status(file)) === undefined) return;
  if (new TextDecoder().decode(await files.readAll(file, MAX_LIST_BYTES)) !== listOf(bundle)) throw new WorkbenchError("bundle.layoutInvalid", { file, reason: "it does not list what the manifest lists" });
}

function listOf(bundle: OpenedBundle): string {
  return formatInstallList(bundle.digest, partsOf(bundle));
}

function partsOf({ packages, delivery }: OpenedBundle): ListedPart[] {
  const parts: ListedPart[] = packages.map(({ digest, manifest, layers }) => {
    const annotation = (name: string): string => manifest.annotations[name as keyof typeof manifest.annotations] as string;
    return { kind: "package", name: annotation(ANNOTATIONS.title), manifestSha256: hexOf(digest) as string, modelSha256: hexOf(annotation(ANNOTATIONS.modelDigest)) as string, layers };
  });
  if (delivery !== null) parts.push({ kind: "delivery", name: "", manifestSha256: hexOf(delivery.digest) as string, modelSha256: "", layers: delivery.layers });
  return parts;
}
