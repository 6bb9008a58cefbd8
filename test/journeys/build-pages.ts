import { spawnSync } from "node:child_process";
import { mkdirSync, rmdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isBuilt } from "../../main/hosts/cli/is-built.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const LIMIT_MS = 110_000;

/** `npm run build`, if what it makes is missing or old. Test files run side by side: one builds, the others wait for it. */
export async function buildPages(): Promise<void> {
  const turn = path.join(repository, "node_modules", ".sallyport-building");
  for (const startedMs = performance.now(); !isBuilt(repository); await sleep(100)) {
    try {
      mkdirSync(turn);
    } catch {
      // Somebody builds, or was killed while building.
      if (performance.now() - startedMs > LIMIT_MS) rmdirSync(turn);
      continue;
    }
    try {
      const { status, stdout, stderr } = spawnSync("npm", ["run", "build"], { cwd: repository, encoding: "utf8" });
      if (status !== 0) throw new Error(`${stdout}${stderr}`);
    } finally {
      rmdirSync(turn);
    }
  }
}
