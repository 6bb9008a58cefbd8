import { createBundle } from "../../../main/bundle/create-bundle.ts";
import { packModel } from "../../../main/bundle/pack-model.ts";
import { verifyBundle } from "../../../main/bundle/verify-bundle.ts";
import { readBundle } from "../../../main/bundle/read-bundle.ts";
import { checkVolumes } from "../../../main/bundle/volumes/check-volumes.ts";
import { joinVolumes } from "../../../main/bundle/volumes/join-volumes.ts";
import { repairVolumes } from "../../../main/bundle/volumes/repair-volumes.ts";
import { splitVolumes } from "../../../main/bundle/volumes/split-volumes.ts";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createNodeFiles } from "../../../main/hosts/node-files.ts";
import type { PackageManifest } from "../../../shared/schemas/model-package.ts";

/* One step of bench-bundle.ts: bench-step.ts STEP FROM [OUT]; the last line says seconds and peak memory. */
const [step, from = "", out = ""] = process.argv.slice(2);
const files = createNodeFiles();
const around = { files, onProgress: () => {}, signal: new AbortController().signal };
const clock = { now: () => Date.now(), ticks: () => performance.now() };

const STEPS: Readonly<Record<string, () => Promise<unknown>>> = {
  create: async () => {
    const model = readFileSync(path.join(from, "model.json"));
    return createBundle({ ...around, packages: [await packModel(files, { directory: from, manifest: JSON.parse(model.toString()) as PackageManifest, digest: createHash("sha256").update(model).digest("hex") }, around.signal)], delivery: null, out, beforeNaming: async () => {} });
  },
  verify: () => verifyBundle({ ...around, clock, path: from }),
  split: async () => splitVolumes({ ...around, directory: from, content: { kind: "bundle", name: "bench", digest: (await readBundle(files, from)).digest }, out, mediumBytes: 64 * 2 ** 20, recoveryVolumes: 2, beforeNaming: async () => {} }),
  check: () => checkVolumes({ ...around, folders: [from] }),
  join: () => joinVolumes({ ...around, folders: [from], out, check: async () => {} }),
  repair: () => repairVolumes({ ...around, folders: [from], out, beforeNaming: async () => {} }),
};

const started = performance.now();
await STEPS[step ?? ""]?.();
console.log(JSON.stringify({ seconds: (performance.now() - started) / 1000, peakBytes: process.resourceUsage().maxRSS * 1024 }));
