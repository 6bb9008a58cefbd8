import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { desktopBinary, hasDisplay } from "../../main/hosts/cli/desktop-binary.ts";
import { isBuilt } from "../../main/hosts/cli/is-built.ts";
import { call, send } from "../hosts/web/web-fixture.ts";
import { buildPages } from "./build-pages.ts";

/** The server of pages as people start it, and `npm start`. */
const repository = fileURLToPath(new URL("../../", import.meta.url));
const root = mkdtempSync(path.join(os.tmpdir(), "sallyport-pages-"));
const command = path.join(repository, "main/hosts/cli/sallyport.ts");
const started: ChildProcess[] = [];
beforeAll(buildPages);
afterAll(() => {
  for (const child of started) if (child.exitCode === null) child.kill("SIGKILL");
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

let homes = 0;
const newEnv = () => ({ ...process.env, DISPLAY: "", WAYLAND_DISPLAY: "", SALLYPORT_HOME: path.join(root, String(homes++)) });

interface Ran {
  readonly process: ChildProcess;
  /** The address it printed. */
  readonly address: URL;
  readonly said: () => string;
  readonly status: Promise<number | null>;
}

async function run(env: NodeJS.ProcessEnv, words: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, words, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  started.push(child);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
  const status = new Promise<number | null>((resolve) => child.on("close", resolve));
  const address = () => /http:\/\/\S+\?token=[\w-]{43}/.exec(said)?.[0];
  while (address() === undefined) {
    if (child.exitCode !== null) throw new Error(said);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { process: child, address: new URL(address() as string), said: () => said, status };
}
const sallyport = (env: NodeJS.ProcessEnv, ...words: string[]) => spawnSync(process.execPath, [command, ...words], { cwd: root, env, encoding: "utf8" });
const entered = async ({ address }: { readonly address: URL }) => String((await send(Number(address.port), `/${address.search}`)).headers["set-cookie"]?.[0]).split(";")[0] as string;

describe("sallyport serve", () => {
  it("lets a browser in, another by a new address, and ends without an error when it is told to", async () => {
    const env = newEnv();
    const server = await run(env, [command, "serve", "--port", "0"]);
    const port = Number(server.address.port);
    const cookie = await entered(server);
    expect((await send(port, "/", { headers: { cookie } })).status).toBe(200);
    expect((await call(port, "model/list", {}, { headers: { cookie } })).text).toBe('{"json":[]}');
    expect((await send(port, `/${server.address.search}`)).status).toBe(401);
    const again = sallyport(env, "serve", "--new-token", "--json");
    const [address] = JSON.parse(again.stdout).addresses as string[];
    expect(new URL(address as string).port).toBe(server.address.port);
    expect(await entered({ address: new URL(address as string) })).toMatch(/^sallyport-\d+=/);
    server.process.kill("SIGTERM");
    expect(await server.status).toBe(0);
    expect(server.said()).toContain("Jobs go on");
    const none = sallyport(env, "serve", "--new-token");
    expect([none.status, none.stderr]).toEqual([expect.any(Number), expect.stringContaining("No server of the workbench runs")]);
    expect(none.status).not.toBe(0);
  });

  it("that was killed is not taken for one that runs", async () => {
    const env = newEnv();
    const server = await run(env, [command, "serve", "--port", "0"]);
    server.process.kill("SIGKILL");
    await server.status;
    expect(sallyport(env, "serve", "--new-token").stderr).toContain("No server of the workbench runs");
  });

  it("stands beside the API on the same home", async () => {
    const env = newEnv();
    const pages = await run(env, [command, "serve", "--port", "0"]);
    const api = spawn(process.execPath, [command, "serve", "--api", "--port", "0", "--json"], { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
    started.push(api);
    const line = await new Promise<string>((resolve) => api.stdout.setEncoding("utf8").once("data", resolve));
    const { url, token } = JSON.parse(line).listening as { url: string; token: string };
    expect((await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
    expect((await send(Number(pages.address.port), "/", { headers: { cookie: await entered(pages) } })).status).toBe(200);
    for (const child of [api, pages.process]) child.kill("SIGTERM");
    expect(await pages.status).toBe(0);
  });

  it.each([[["--host", "0.0.0.0"], "loopback"], [["--model", "x"], "--model is for --api"], [["--no-token"], "--no-token is for --api"], [["--allow-origin", "http://x.example"], "--allow-origin is for --api"]])("refuses %j", (words, says) => {
    const ran = sallyport(newEnv(), "serve", ...words);
    expect(ran.stderr).toContain(says);
    expect(ran.status).not.toBe(0);
  });
});

describe("npm start", () => {
  it("without a display says so in one line and prints an address that works", async () => {
    const env = newEnv();
    const server = await run(env, [path.join(repository, "main/hosts/cli/start.ts"), "--port", "0"]);
    expect(server.said()).toMatch(/^(Building the pages, once\.\n)?This machine has no display: the workbench opens in a browser instead\.\n/);
    expect((await send(Number(server.address.port), "/", { headers: { cookie: await entered(server) } })).status).toBe(200);
    server.process.kill("SIGTERM");
    expect(await server.status).toBe(0);
  });

  it("knows a display by its platform's sign", () => {
    expect([hasDisplay("linux", {}), hasDisplay("linux", { DISPLAY: "" }), hasDisplay("linux", { DISPLAY: ":0" }), hasDisplay("linux", { WAYLAND_DISPLAY: "wayland-0" }), hasDisplay("darwin", {}), hasDisplay("win32", {})]).toEqual([false, false, true, true, true, true]);
  });

  it("finds Electron's binary only where its installer left one", () => {
    const checkout = path.join(root, "checkout");
    const installed = path.join(checkout, "node_modules/electron");
    mkdirSync(path.join(installed, "dist"), { recursive: true });
    expect(desktopBinary(checkout, {})).toBeUndefined();
    writeFileSync(path.join(installed, "path.txt"), "electron");
    expect(desktopBinary(checkout, {})).toBeUndefined();
    writeFileSync(path.join(installed, "dist/electron"), "");
    expect(desktopBinary(checkout, {})).toBe(path.join(installed, "dist/electron"));
    expect(desktopBinary(checkout, { ELECTRON_OVERRIDE_DIST_PATH: "/nowhere" })).toBeUndefined();
  });

  it("builds anew when a source is newer than what was built, and only then", () => {
    const checkout = path.join(root, "sources");
    const put = (file: string, second: number) => {
      mkdirSync(path.dirname(path.join(checkout, file)), { recursive: true });
      writeFileSync(path.join(checkout, file), "");
      for (let at = path.join(checkout, file); at !== checkout; at = path.dirname(at)) utimesSync(at, second, second);
    };
    put("renderer/views/home.tsx", 100);
    put("shared/contract.ts", 100);
    expect(isBuilt(checkout)).toBe(false);
    for (const file of ["dist/renderer/index.html", "dist/electron/main.cjs", "dist/electron/preload.cjs"]) put(file, 200);
    expect(isBuilt(checkout)).toBe(true);
    put("renderer/views/home.tsx", 300);
    expect(isBuilt(checkout)).toBe(false);
    symlinkSync("nowhere", path.join(checkout, "renderer/broken"));
    expect(isBuilt(checkout)).toBe(false);
  });
});
