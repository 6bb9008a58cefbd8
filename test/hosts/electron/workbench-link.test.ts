import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { fromWireError } from "../../../main/api/wire-error.ts";
import { createWorkbenchLink, type WorkbenchLink } from "../../../main/hosts/electron/workbench-link.ts";
import type { ChooseRequest } from "../../../shared/schemas/choice.ts";
import { portPair } from "./page-port.ts";

/** The workbench's own process, started as the desktop starts it, and pages that speak to it through ports. */
const root = mkdtempSync(path.join(os.tmpdir(), "sallyport-link-"));
const entry = fileURLToPath(new URL("../../../main/hosts/electron/workbench-process.ts", import.meta.url));
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

let link: WorkbenchLink<string> | undefined;
afterEach(() => link?.stop());

const children: ChildProcess[] = [];
function startLink(options: { readonly words?: readonly string[]; readonly choose?: (owner: string, request: ChooseRequest) => Promise<string | null> } = {}) {
  const seen = { restarts: 0, log: null as string | null };
  link = createWorkbenchLink<string>({
    start: () => {
      const child = spawn(process.execPath, [entry, ...(options.words ?? [path.join(root, "home")])], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
      children.push(child);
      return child;
    },
    choose: options.choose ?? (async () => null),
    onRestart: () => seen.restarts++,
    onGivenUp: (log) => (seen.log = log),
    ticks: () => performance.now(),
  });
  return { link, seen };
}
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe("a page's port", () => {
  it("carries calls, typed errors and streams, beside another page's", async () => {
    const { link } = startLink();
    const [one, other] = [portPair(), portPair()];
    link.connect(one.port, "one");
    link.connect(other.port, "other");
    expect(await Promise.all([one.client.model.list(), other.client.job.list()])).toEqual([[], []]);
    expect(fromWireError(await one.client.model.inspect({ model: "gone" }).catch((thrown) => thrown)).code).toBe("store.notFound");
    const events = await one.client.events.watch();
    await events.next();
    await other.client.settings.set({ theme: "dark" });
    expect((await events.next()).value).toEqual({ changed: ["settings"] });
    await events.return();
  });

  it("asks for the system's dialog over its own window", async () => {
    const asked: unknown[] = [];
    const { link } = startLink({ choose: async (owner, request) => {
      asked.push([owner, request]);
      if (request.title === "broken") throw new Error("no dialog");
      return request.title === "none" ? null : "/models/one";
    } });
    const { port, client } = portPair();
    link.connect(port, "window 7");
    expect(await client.desktop.choose({ what: "folder", title: "A model" })).toBe("/models/one");
    expect(await client.desktop.choose({ what: "file", title: "none" })).toBeNull();
    expect(await client.desktop.choose({ what: "file", title: "broken" })).toBeNull();
    expect(asked[0]).toEqual(["window 7", { what: "folder", title: "A model", from: null }]);
  });

  it("that goes takes its streams along", async () => {
    const { link } = startLink();
    const { port, client, leave } = portPair();
    link.connect(port, "one");
    const events = await client.events.watch();
    await events.next();
    leave();
    await expect(events.next()).rejects.toThrow();
    const after = portPair();
    link.connect(after.port, "one");
    expect(await after.client.model.list()).toEqual([]);
  });

  it.each([["no text", { a: 1 }], ["bytes", new Uint8Array(8)], ["far too much", "x".repeat(4 * 2 ** 20 + 1)]])("that brings %s is closed, and others are not", async (_, data) => {
    const { link } = startLink();
    const [good, bad] = [portPair(), portPair()];
    link.connect(good.port, "good");
    link.connect(bad.port, "bad");
    bad.post(data);
    await until(() => bad.port.isClosed);
    expect(await good.client.model.list()).toEqual([]);
    expect(good.port.isClosed).toBe(false);
  });

  it("that brings nonsense does not bring the workbench down", async () => {
    const { link, seen } = startLink();
    const [good, bad] = [portPair(), portPair()];
    link.connect(good.port, "good");
    link.connect(bad.port, "bad");
    await good.client.model.list();
    for (const text of ["", "{", "[]", "null", '{"i":"1","t":1,"p":{"u":"orpc:/model/list","b":1}}', '{"i":{},"t":99,"p":null}', "x".repeat(100_000)]) bad.post(text);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(seen.restarts).toBe(0);
    expect(await good.client.model.list()).toEqual([]);
    expect(seen.restarts).toBe(0);
  });
});

describe("the workbench's process", () => {
  it("that is killed is started again, and pages connect anew", async () => {
    const { link, seen } = startLink();
    const before = portPair();
    link.connect(before.port, "one");
    await before.client.settings.set({ threads: 2 });
    const waiting = before.client.events.watch().then(async (events) => {
      await events.next();
      return events.next();
    });
    waiting.catch(() => {});
    children.at(-1)?.kill("SIGKILL");
    await until(() => seen.restarts === 1);
    expect(before.port.isClosed).toBe(true);
    await expect(waiting).rejects.toThrow();
    const after = portPair();
    link.connect(after.port, "one");
    expect((await after.client.settings.get()).threads).toBe(2);
  });

  it("that cannot live is given up with its last words, and tried again when a person says so", async () => {
    const { link, seen } = startLink({ words: [] });
    await until(() => seen.log !== null);
    expect(seen.restarts).toBe(2);
    expect(seen.log).toContain("usage.invalid");
    seen.log = null;
    link.restart();
    await until(() => seen.log !== null);
    expect(seen.restarts).toBe(5);
  });

  it("ends when the window's does, politely or not", async () => {
    const { link } = startLink();
    const { port, client } = portPair();
    link.connect(port, "one");
    await client.model.list();
    await link.stop();
    expect(children.at(-1)?.exitCode).toBe(0);
  });
});
