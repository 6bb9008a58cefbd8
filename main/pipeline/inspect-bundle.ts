import type { BundleContents } from "../../shared/schemas/bundle.ts";
import { bundleContents } from "../bundle/bundle-contents.ts";
import type { Files } from "../domain/files.ts";

export function inspectModelBundle(files: Files, path: string): Promise<BundleContents> {
  return bundleContents(files, path);
}
