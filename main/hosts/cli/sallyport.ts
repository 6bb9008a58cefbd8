#!/usr/bin/env node
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/*
 * The program behind the command. sallyport.mjs, which npm links, has found a Node 24 for it; started directly, it looks for one itself.
 * Nothing of the workbench is imported before the check: an older Node would fail on it with a message that explains nothing.
 */
const NEEDED_MAJOR = 24;

if (Number(process.versions.node.split(".")[0]) >= NEEDED_MAJOR) {
  const { main } = await import("./main.ts");
  await main();
} else {
  const node = fileURLToPath(new URL("../../../node_modules/.bin/node", import.meta.url));
  if (existsSync(node)) process.exitCode = spawnSync(node, process.argv.slice(1), { stdio: "inherit" }).status ?? 1;
  else {
    process.stderr.write(`sallyport needs Node ${NEEDED_MAJOR} and runs on ${process.versions.node}; run "npm ci" in its folder (it brings a Node along) or install Node ${NEEDED_MAJOR}\n`);
    process.exitCode = 1;
  }
}
