import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { desktopBinary, hasDisplay } from "./desktop-binary.ts";
import { isBuilt } from "./is-built.ts";

/*
 * `npm start`: the workbench in a window, or, where there can be none, at an address for a browser. Builds the pages first when they are missing or
 * older than their sources.
 */
const checkout = fileURLToPath(new URL("../../../", import.meta.url));
const program = fileURLToPath(new URL("./sallyport.ts", import.meta.url));
/** Electron's own installer, one download of about 110 MB; a wall that swallows the request must not hold a person up for ever. */
const FETCH_LIMIT_MS = 180_000;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

function build(): boolean {
  if (isBuilt(checkout)) return true;
  say("Building the pages, once.");
  const npm = process.env["npm_execpath"];
  const [command, ...words] = npm === undefined ? ["npm", "run", "build"] : [process.execPath, npm, "run", "build"];
  const { status, stdout, stderr } = spawnSync(command as string, words, { cwd: checkout, encoding: "utf8", shell: npm === undefined && process.platform === "win32" });
  if (status === 0) return true;
  say(`${stdout}${stderr}The pages could not be built.`);
  return false;
}

/** Why there is no window, or the program that opens one. */
function findDesktop(): { readonly binary: string } | { readonly reason: string } {
  if (!hasDisplay(process.platform, process.env)) return { reason: "This machine has no display" };
  const installed = desktopBinary(checkout, process.env);
  if (installed !== undefined) return { binary: installed };
  if (process.env["ELECTRON_SKIP_BINARY_DOWNLOAD"]) return { reason: "Electron's binary is not here" };
  say("Fetching Electron's binary, once (set ELECTRON_SKIP_BINARY_DOWNLOAD=1 to leave it).");
  spawnSync(process.execPath, [join(checkout, "node_modules", "electron", "install.js")], { stdio: "ignore", timeout: FETCH_LIMIT_MS });
  const fetched = desktopBinary(checkout, process.env);
  return fetched === undefined ? { reason: "Electron's binary cannot be had here" } : { binary: fetched };
}

function run(command: string, words: readonly string[]): void {
  const child = spawn(command, words, { cwd: checkout, stdio: "inherit" });
  // Ctrl-C reaches the whole process group; the child decides when it is done.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("error", (error) => {
    say(`${command} does not start: ${error.message}`);
    process.exitCode = 1;
  });
  child.on("exit", (code) => (process.exitCode = code ?? 1));
}

if (build()) {
  const words = process.argv.slice(2);
  const desktop = findDesktop();
  if ("binary" in desktop) run(desktop.binary, [checkout, ...words]);
  else {
    say(`${desktop.reason}: the workbench opens in a browser instead.`);
    run(process.execPath, [program, "serve", ...words]);
  }
} else process.exitCode = 1;
