import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { build } from "vite";

const checkout = fileURLToPath(new URL("../../", import.meta.url));
const program = fileURLToPath(new URL("../../main/hosts/cli/sallyport.ts", import.meta.url));

/** Where a browser is on the systems we know; $SALLYPORT_CHROMIUM names another. */
const BROWSERS = [process.env["SALLYPORT_CHROMIUM"] ?? "", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** null: there is none, and the journeys say so. */
export function findBrowser(): string | null {
  return BROWSERS.find((path) => path !== "" && existsSync(path)) ?? null;
}

/** Without a network of any kind: whatever a page asks for outside of this machine fails, and is seen. */
export function openBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--disable-background-networking", "--disable-component-update", "--no-first-run"] });
}

/** As they are now: a second's work, and nothing stale is walked. */
export async function buildPages(): Promise<void> {
  await build({ root: `${checkout}renderer`, configFile: `${checkout}vite.config.ts`, logLevel: "error" });
}

export interface ServedWorkbench {
  readonly url: string;
  /** Lets one browser in, once. */
  newAddress(): Promise<string>;
  stop(): Promise<void>;
  /** As a power cut or the system's killer does it: the host alone, without a word to what it started. */
  kill(): Promise<void>;
}

/** The real host, as a person starts it. */
export async function serveWorkbench(home: string, port = 0): Promise<ServedWorkbench> {
  const child = spawn(process.execPath, [program, "serve", "--json", "--port", String(port), "--home", home], { cwd: checkout, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const line = await firstLine(child.stdout, ended);
  const { listening } = JSON.parse(line) as { listening: { url: string; address: string } };
  let unused: string | null = listening.address;
  return {
    url: listening.url,
    newAddress: async () => {
      const address = unused;
      unused = null;
      if (address !== null) return address;
      const { addresses } = JSON.parse(await runCommand(home, "serve", "--new-token")) as { addresses: string[] };
      return addresses.find((found) => found.startsWith(listening.url)) ?? "";
    },
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** One command with --json; its last line. */
export async function runCommand(home: string, ...words: string[]): Promise<string> {
  const child = spawn(process.execPath, [program, ...words, "--json", "--home", home], { cwd: checkout, stdio: ["ignore", "pipe", "ignore"] });
  const pieces: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (piece: string) => pieces.push(piece));
  await new Promise<void>((resolve) => child.once("close", () => resolve()));
  return pieces.join("").trimEnd().split("\n").at(-1) ?? "";
}

export interface Overheard {
  /** Errors and warnings of the console, and exceptions. */
  readonly complaints: string[];
  /** Requests to anywhere but the host. */
  readonly strays: string[];
}

export function listenTo(page: Page, url: string): Overheard {
  const heard: Overheard = { complaints: [], strays: [] };
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") heard.complaints.push(message.text());
  });
  page.on("pageerror", (error) => heard.complaints.push(error.stack ?? error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("data:") && !request.url().startsWith("blob:")) heard.strays.push(request.url());
  });
  return heard;
}

/** By way of a page that is none: otherwise the page before would still be there, and be taken for the next, while that one's code is loading. */
export async function openAnew(page: Page, address: string): Promise<void> {
  for (const next of [address.replace(/#.*/, "#/no-such-page"), address]) {
    if (page.url().endsWith(next)) continue;
    const title = page.locator("main h1");
    const before = (await title.count()) === 0 ? null : await title.textContent();
    await page.goto(next);
    await title.filter(before === null ? {} : { hasNotText: before }).waitFor();
  }
}

async function firstLine(stream: NodeJS.ReadableStream, ended: Promise<void>): Promise<string> {
  let text = "";
  const line = new Promise<string>((resolve) => {
    stream.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
      if (text.includes("\n")) resolve(text.slice(0, text.indexOf("\n")));
    });
  });
  return Promise.race([line, ended.then(() => { throw new Error(`the host ended: ${text}`); })]);
}
