import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as electron from "electron";
import { homeDirectory } from "../home-paths.ts";
import { findNode, programRoot } from "./program-files.ts";
import { prepareDesktop, startDesktop } from "./start-desktop.ts";

/* The window's process: Electron's entry, bundled into dist/electron/main.cjs. */
const root = programRoot(__dirname);
const { values } = parseArgs({ args: process.argv.slice(1), options: { home: { type: "string" } }, strict: false });
const home = homeDirectory(typeof values.home === "string" ? values.home : undefined, { env: process.env, platform: process.platform, userHome: homedir(), workingDirectory: process.cwd() });
const node = findNode(root, process.platform, process.arch);

function end(message: string): void {
  electron.dialog.showErrorBox("Sallyport", message);
  electron.app.exit(1);
}

if (!prepareDesktop(electron, home)) electron.app.exit(0);
else if (node === undefined) end(`No Node for ${process.platform}-${process.arch} in ${root}`);
else {
  electron.app.whenReady()
    .then(() => startDesktop(electron, { home, root, node, pagesDirectory: join(__dirname, "..", "renderer"), preload: join(__dirname, "preload.cjs"), ticks: () => performance.now() }))
    .catch((thrown: unknown) => end(thrown instanceof Error ? thrown.message : String(thrown)));
}
