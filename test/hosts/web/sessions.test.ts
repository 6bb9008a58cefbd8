import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/fetch";
import type { ContractRouterClient } from "@orpc/contract";
import { afterEach, describe, expect, it } from "vitest";
import { fromWireError } from "../../../main/api/wire-error.ts";
import { createSessions } from "../../../main/hosts/web/sessions.ts";
import { serveWeb } from "../../../main/hosts/web/serve-web.ts";
import type { contract } from "../../../shared/contract.ts";
import { call, send, startWeb, type WebFixture } from "./web-fixture.ts";

let web: WebFixture | undefined;
afterEach(async () => {
  await web?.close();
  web = undefined;
});

/** The client that pages use, in a browser that was let in. */
async function clientOf(fixture: WebFixture): Promise<ContractRouterClient<typeof contract>> {
  const headers = { cookie: await fixture.enter(), origin: `http://127.0.0.1:${fixture.port}` };
  return createORPCClient(new RPCLink({ url: `http://127.0.0.1:${fixture.port}/rpc`, headers }));
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("a page's client", () => {
  it("calls, and gets typed errors", async () => {
    web = await startWeb();
    const client = await clientOf(web);
    expect(await client.model.list()).toEqual([]);
    expect(fromWireError(await client.model.inspect({ model: "gone" }).catch((thrown) => thrown))).toMatchObject({ code: "store.notFound", details: { reference: "gone" } });
    expect(fromWireError(await client.files.browse({ path: "relative" }).catch((thrown) => thrown)).code).toBe("usage.invalid");
    const stranger: typeof client = createORPCClient(new RPCLink({ url: `http://127.0.0.1:${web.port}/rpc`, headers: { origin: `http://127.0.0.1:${web.port}` } }));
    expect(fromWireError(await stranger.model.list().catch((thrown) => thrown))).toMatchObject({ code: "server.requestRefused", details: { status: 401, kind: "session_missing" } });
  });

  it("hears in one tab what another did", async () => {
    web = await startWeb();
    const [one, other] = [await clientOf(web), await clientOf(web)];
    const events = await one.events.watch();
    await events.next();
    await other.settings.set({ theme: "dark" });
    expect((await events.next()).value).toEqual({ changed: ["settings"] });
    await events.return();
  });

  it("that closes its stream leaves nothing running", async () => {
    web = await startWeb();
    const { store } = web.workbench;
    let reads = 0;
    const read = store.changes.read.bind(store.changes);
    Object.defineProperty(store, "changes", { value: { read: () => (reads++, read()) } });
    const events = await (await clientOf(web)).events.watch();
    await events.next();
    await events.return();
    await pause(500);
    const after = reads;
    await pause(700);
    expect(reads).toBe(after);
  });
});

describe("a session", () => {
  it("ends when it was not used for long enough, and its streams with it", async () => {
    web = await startWeb({ idleMs: 2000 });
    const client = await clientOf(web);
    const events = await client.events.watch();
    await events.next();
    await pause(1200);
    expect(await client.model.list()).toEqual([]);
    await pause(1200);
    expect(await client.model.list()).toEqual([]);
    await expect(events.next()).rejects.toThrow();
    expect(fromWireError(await client.model.list().catch((thrown) => thrown))).toMatchObject({ details: { status: 401 } });
  });

  it("too many end the longest unused", () => {
    const sessions = createSessions(60_000);
    const first = sessions.open();
    const second = sessions.open();
    const signal = sessions.use(second)?.signal;
    sessions.use(first);
    for (let at = 0; at < 63; at++) sessions.open();
    expect(sessions.use(first)).not.toBeNull();
    expect(sessions.use(second)).toBeNull();
    expect(signal?.aborted).toBe(true);
    sessions.endAll();
    expect(sessions.use(first)).toBeNull();
  });
});

describe("the end of a server", () => {
  it("cuts what only watches, lets an answer finish, and takes nothing new", async () => {
    web = await startWeb();
    const cookie = await web.enter();
    const client = await clientOf(web);
    const events = await client.events.watch();
    await events.next();
    let finish = (): void => {};
    const { files } = web.workbench;
    Object.defineProperty(files, "status", { value: () => new Promise((resolve) => (finish = () => resolve(undefined))) });
    const slow = call(web.port, "files/browse", { path: "/slow" }, { headers: { cookie } });
    await pause(200);
    const drained = web.drain(10_000);
    await expect(events.next()).rejects.toThrow();
    await expect(send(web.port, "/", { headers: { cookie } })).rejects.toThrow(/ECONNREFUSED/);
    finish();
    expect((await slow).status).toBe(404);
    await drained;
  });

  it("does not wait for ever", async () => {
    web = await startWeb();
    const cookie = await web.enter();
    Object.defineProperty(web.workbench.files, "status", { value: () => new Promise(() => {}) });
    const slow = call(web.port, "files/browse", { path: "/slow" }, { headers: { cookie } });
    slow.catch(() => {});
    await pause(200);
    const startedMs = performance.now();
    await web.drain(300);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    await expect(slow).rejects.toThrow();
  });
});

describe("serving", () => {
  const options = { ports: [0], idleMs: 1000, ticketsDirectory: "/nowhere", log: () => {} };

  it("on an address that others reach is refused", async () => {
    web = await startWeb();
    for (const host of ["0.0.0.0", "::", "192.168.1.1", "example.org"]) await expect(serveWeb(web.workbench, { ...options, host, pagesDirectory: web.home })).rejects.toMatchObject({ code: "usage.invalid" });
  });

  it("pages that were not built is refused", async () => {
    web = await startWeb();
    for (const pagesDirectory of ["/nowhere", web.home]) await expect(serveWeb(web.workbench, { ...options, host: "127.0.0.1", pagesDirectory })).rejects.toMatchObject({ code: "server.pagesMissing" });
  });

  it("goes on to the next port when one is taken, and says so when it was the only one", async () => {
    web = await startWeb();
    const pagesDirectory = `${web.home}/pages`;
    await expect(serveWeb(web.workbench, { ...options, host: "127.0.0.1", pagesDirectory, ports: [web.port] })).rejects.toMatchObject({ code: "server.cannotListen" });
    const second = await serveWeb(web.workbench, { ...options, host: "127.0.0.1", pagesDirectory, ports: [web.port, 0] });
    expect(second.url).not.toBe(web.url);
    await second.drain(0);
  });

  it("sends a file once, small, and says when it has not changed", async () => {
    web = await startWeb();
    const headers = { cookie: await web.enter(), "accept-encoding": "gzip, br" };
    const first = await send(web.port, "/assets/page-1a2b.js", { headers });
    expect(first.headers).toMatchObject({ "content-encoding": "gzip", "cache-control": "private, max-age=31536000, immutable", "content-type": "text/javascript; charset=utf-8" });
    expect(Number(first.headers["content-length"])).toBeLessThan(200);
    expect((await send(web.port, "/assets/page-1a2b.js", { headers: { ...headers, "if-none-match": String(first.headers.etag) } })).status).toBe(304);
    const page = await send(web.port, "/", { headers });
    expect(page.headers["cache-control"]).toBe("private, no-cache");
    const head = await send(web.port, "/icon.svg", { method: "HEAD", headers });
    expect([head.status, head.text, head.headers["content-length"]]).toEqual([200, "", "6"]);
  });
});
