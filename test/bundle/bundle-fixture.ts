import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import { createBundle } from "../../main/bundle/create-bundle.ts";
import { installBundle } from "../../main/bundle/install-bundle.ts";
import { packModel } from "../../main/bundle/pack-model.ts";
import { verifyBundle } from "../../main/bundle/verify-bundle.ts";
import type { Files } from "../../main/domain/files.ts";
import type { ModelPackage } from "../../main/domain/model-package.ts";
import { createNodeFiles } from "../../main/hosts/node-files.ts";
import { makePackage } from "./make-package.ts";

const root = mkdtempSync(path.join(os.tmpdir(), "sallyport-bundle-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;

export const files = createNodeFiles();
export const fresh = (): string => path.join(root, `d${count++}`);
const never = new AbortController().signal;
const clock = { now: () => 0, ticks: () => 0 };
const onProgress = (): void => {};

export const create = async (model: ModelPackage, out: string, disk: Files = files, signal = never) =>
  createBundle({ files: disk, packages: [await packModel(disk, model, signal)], delivery: null, out, onProgress, signal, beforeNaming: async () => {} });
export const verify = (directory: string, expectedDigest?: string, disk: Files = files) => verifyBundle({ files: disk, clock, path: directory, expectedDigest, onProgress, signal: never });
export const install = (directory: string, to: string, { check = async () => {}, disk = files, signal = never }: { check?: (directory: string) => Promise<void>; disk?: Files; signal?: AbortSignal } = {}) =>
  installBundle({ files: disk, path: directory, to, onProgress, signal, check });

export async function makeBundle(contents: Readonly<Record<string, string>> = {}): Promise<{ readonly model: ModelPackage; readonly whole: string; readonly digest: string }> {
  const model = makePackage(fresh(), contents);
  const whole = fresh();
  const { digest } = await create(model, whole);
  return { model, whole, digest };
}

/** Every file below a directory with its content. */
export function contentsOf(directory: string): Record<string, string> {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((name) => statSync(path.join(directory, name)).isFile());
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(path.join(directory, name), "latin1")]));
}
