import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { type ComposedWorkbench, composeWorkbench } from "../../../main/hosts/compose.ts";
import { type ServedWeb, serveWeb } from "../../../main/hosts/web/serve-web.ts";

export interface WebFixture extends ServedWeb {
  readonly home: string;
  readonly port: number;
  readonly workbench: ComposedWorkbench;
  readonly log: string[];
  /** Lets a browser in. @returns its Cookie header */
  enter(): Promise<string>;
  close(): Promise<void>;
}

/** A server of pages on a home of its own, with a small page in place of the built one. */
export async function startWeb(options: { readonly idleMs?: number; readonly files?: Readonly<Record<string, string>> } = {}): Promise<WebFixture> {
  const home = mkdtempSync(path.join(os.tmpdir(), "sallyport-web-"));
  const pages = path.join(home, "pages");
  const files = { "index.html": '<!doctype html><title>Sallyport</title><script type="module" src="./assets/page-1a2b.js"></script>', "assets/page-1a2b.js": `/* ${"x".repeat(2000)} */`, "icon.svg": "<svg/>", "notes.exe": "no", ...options.files };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(pages, name)), { recursive: true });
    writeFileSync(path.join(pages, name), content);
  }
  writeFileSync(path.join(home, "secret.txt"), "secret");
  const workbench = await composeWorkbench(path.join(home, "home"));
  const log: string[] = [];
  const served = await serveWeb(workbench, { host: "127.0.0.1", ports: [0], idleMs: options.idleMs ?? 60_000, pagesDirectory: pages, ticketsDirectory: workbench.home.tickets, log: (line) => log.push(line) });
  const port = Number(new URL(served.url).port);
  return {
    ...served, home, port, workbench, log,
    enter: async () => {
      const { headers } = await send(port, pathOf(await served.newAddress()));
      return String(headers["set-cookie"]?.[0]).split(";")[0] as string;
    },
    close: async () => {
      await served.drain(0);
      await workbench.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export const pathOf = (address: string): string => address.slice(new URL(address).origin.length);

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

export interface Sending {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
}

/** One request whose path goes out as it is written: fetch and URL would tidy it first. */
export function send(port: number, target: string, { method = "GET", headers = {}, body }: Sending = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request({ port, host: "127.0.0.1", path: target, method, headers: headers as http.OutgoingHttpHeaders, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk)).on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text })).on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** Node's client sends a body with these as bytes that belong to nothing. */
const BODILESS: ReadonlySet<string> = new Set(["GET", "HEAD", "DELETE", "OPTIONS"]);

/** A call as our own page makes it; `headers` replace its own, an empty one takes it away. */
export function call(port: number, name: string, input: unknown, { method = "POST", headers = {}, body }: Sending = {}): Promise<Answer> {
  const own = { origin: `http://127.0.0.1:${port}`, "content-type": "application/json", "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors", ...headers };
  return send(port, `/rpc/${name}`, { method, headers: Object.fromEntries(Object.entries(own).filter(([, value]) => value !== "")), ...(BODILESS.has(method) ? {} : { body: body ?? JSON.stringify({ json: input }) }) });
}

/** Bytes as they are; resolves with all that came back once the server hangs up. */
export function sendBytes(port: number, bytes: string, options: { readonly trickleMs?: number } = {}): Promise<{ readonly text: string; readonly ms: number }> {
  return new Promise((resolve) => {
    const startedMs = performance.now();
    const socket = net.connect(port, "127.0.0.1");
    let text = "";
    let timer: NodeJS.Timeout | undefined;
    socket.on("data", (chunk) => (text += chunk)).on("error", () => {});
    socket.on("close", () => {
      clearInterval(timer);
      resolve({ text, ms: performance.now() - startedMs });
    });
    if (options.trickleMs === undefined) return void socket.write(bytes);
    let at = 0;
    timer = setInterval(() => socket.write(bytes[at++ % bytes.length] as string), options.trickleMs);
  });
}
