import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createRouterClient } from "@orpc/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engineSeats } from "../../main/api/engine-seats.ts";
import { router } from "../../main/api/router.ts";
import { fromWireError } from "../../main/api/wire-error.ts";
import type { ModelPackage } from "../../main/domain/model-package.ts";
import { type ComposedWorkbench, composeWorkbench } from "../../main/hosts/compose.ts";
import type { CompareEvent, Vote } from "../../shared/schemas/comparison.ts";

const KEY = "sk-a-key-of-the-tests-only";
let root: string;
let workbench: ComposedWorkbench;
const servers: Server[] = [];

/** An engine that says the same to everybody, a word every `everyMs`. */
async function speak(says: string, everyMs: number, fails = false): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url === "/v1/models") return void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data: [{ id: "parrot" }] }));
    response.writeHead(200, { "content-type": "text/event-stream" });
    void (async () => {
      for (const word of says.split(/(?<= )/)) {
        response.write(`data: ${JSON.stringify({ choices: [{ delta: { content: word } }] })}\n\n`);
        await sleep(everyMs);
      }
      response.end(fails ? "" : `data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: "stop" }], usage: { prompt_tokens: 4, completion_tokens: 9 } })}\n\ndata: [DONE]\n\n`);
    })();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const client = () => createRouterClient(router, { context: { workbench } });
const failure = async (work: Promise<unknown>): Promise<unknown> => work.then(() => null, (thrown: unknown) => fromWireError(thrown).toRecord());
const question = (first: string, second: string, blind: boolean) => ({
  contestants: [{ model: first, messages: [{ role: "user" as const, content: "Hello" }] }, { model: second, messages: [{ role: "user" as const, content: "Hello" }] }] as [never, never],
  sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 }, maxTokens: 50, blind,
});
const collected = async <T>(stream: AsyncIterable<T>): Promise<T[]> => {
  const events: T[] = [];
  for await (const event of stream) events.push(event);
  return events;
};
const heard = async (first: string, second: string, blind: boolean): Promise<CompareEvent[]> => collected(await client().run.compare(question(first, second, blind)));
const textOf = (events: readonly CompareEvent[], side: "left" | "right"): string => events.map((event) => (event.kind === "side" && event.side === side && event.event.kind === "text" ? event.event.text : "")).join("");

beforeAll(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), "sallyport-engines-"));
  workbench = await composeWorkbench(path.join(root, "home"));
  await client().engine.add({ name: "fast", url: await speak("many words from a quick engine", 0), key: KEY });
  await client().engine.add({ name: "slow", url: await speak("few words", 30) });
  await client().engine.add({ name: "broken", url: await speak("it ends before", 0, true) });
});
afterAll(async () => {
  await workbench?.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

describe("named engines", () => {
  it("are kept with the only model they offer, and their key where its owner alone may read it", async () => {
    const engines = await client().engine.list();
    expect(engines.map(({ name, model, hasKey }) => ({ name, model, hasKey }))).toEqual([{ name: "broken", model: "parrot", hasKey: false }, { name: "fast", model: "parrot", hasKey: true }, { name: "slow", model: "parrot", hasKey: false }]);
    const file = path.join(workbench.home.engineKeys, "fast");
    expect(readFileSync(file, "utf8")).toBe(KEY);
    if (process.platform !== "win32") expect([statSync(file).mode & 0o777, statSync(workbench.home.engineKeys).mode & 0o777]).toEqual([0o600, 0o700]);
    // Nowhere else: not in the audit, not in the store's files.
    expect(JSON.stringify(await client().audit.list({ limit: 100 }))).not.toContain(KEY);
    for (const ending of ["", "-wal"]) expect(readFileSync(`${workbench.home.database}${ending}`).includes(KEY)).toBe(false);
  });

  it("are checked by their list of models, before and after they have a name", async () => {
    const [engine] = (await client().engine.list()).filter(({ name }) => name === "slow");
    expect(await client().engine.check({ engine: "slow" })).toMatchObject({ models: ["parrot"], isModelOffered: true });
    expect(await client().engine.check({ url: engine?.url ?? "" })).toMatchObject({ models: ["parrot"], isModelOffered: null });
  });

  it.each([
    ["ftp://host", "engine.addressInvalid"], ["http://user:secret@host", "engine.addressInvalid"], ["http://host/v1?key=1", "engine.addressInvalid"], ["host:8000", "engine.addressInvalid"],
  ])("at %s are refused without repeating a password", async (url, code) => {
    const refused = await failure(client().engine.add({ name: "x", url }));
    expect(refused).toMatchObject({ code });
    expect(JSON.stringify(refused)).not.toContain("secret");
  });

  it("have one name each, of plain characters", async () => {
    expect(await failure(client().engine.add({ name: "fast", url: "http://127.0.0.1:1" }))).toMatchObject({ code: "engine.nameTaken" });
    expect(await failure(client().engine.add({ name: "../up", url: "http://127.0.0.1:1" }))).toMatchObject({ code: "engine.nameInvalid" });
    expect(await failure(client().engine.check({ engine: "nobody" }))).toMatchObject({ code: "store.notFound" });
  });

  it("take their key along when they are removed", async () => {
    await client().engine.add({ name: "brief", url: "http://127.0.0.1:1", model: "m", key: KEY });
    await client().engine.remove({ engine: "brief" });
    expect(() => statSync(path.join(workbench.home.engineKeys, "brief"))).toThrow("ENOENT");
    expect((await client().engine.list()).some(({ name }) => name === "brief")).toBe(false);
  });

  it("write like a package, with pace and the server's own count", async () => {
    const events = await collected(await client().run.generate({ model: "engine:slow", messages: [{ role: "user", content: "Hello" }] }));
    expect(events.filter(({ kind }) => kind === "pace").length).toBeGreaterThan(0);
    expect(events.at(-1)).toMatchObject({ kind: "end", reason: "eos", promptTokens: 4, generatedTokens: 9, countedBy: "usage", tokenIds: [] });
  });
});

describe("two contestants", () => {
  it("answer in one stream, each with its figures", async () => {
    const events = await heard("engine:fast", "engine:slow", false);
    expect(events[0]).toMatchObject({ kind: "seated", contestants: [{ name: "fast" }, { name: "slow" }] });
    expect([textOf(events, "left"), textOf(events, "right")]).toEqual(["many words from a quick engine", "few words"]);
    expect(events.filter((event) => event.kind === "side" && event.event.kind === "end")).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({ kind: "over", contestants: [{ name: "fast" }, { name: "slow" }] });
  });

  it("leave each other be when one fails", async () => {
    const events = await heard("engine:broken", "engine:slow", false);
    expect(events.find(({ kind }) => kind === "failed")).toMatchObject({ side: "left", error: { code: "engine.cutOff" } });
    expect(textOf(events, "right")).toBe("few words");
  });
});

describe("two packages that do not fit beside each other", () => {
  const large = (name: string, bytes: number) => ({ kind: "package" as const, package: { directory: `/${name}`, digest: name, manifest: { name, files: [{ path: "weights-00001.bin", bytes, sha256: "" }] } } as unknown as ModelPackage });

  it("are refused with the arithmetic before anything is loaded", async () => {
    await expect(engineSeats(workbench, [large("one", 2 ** 50), large("other", 2 ** 49)], undefined)).rejects.toMatchObject({ code: "engine.noRoomBeside", details: { models: "one, other", neededBytes: 2 ** 50 + 2 ** 49, usableBytes: expect.any(Number) } });
  });

  it("are one engine where they are the same, and share the cores where not", async () => {
    const [first, second] = await engineSeats(workbench, [large("one", 2 ** 50), large("one", 2 ** 50)], 6);
    expect(second).toBe(first);
    const seats = await engineSeats(workbench, [large("one", 1), large("other", 1)], 6);
    expect(seats.map(({ options }) => options.threads)).toEqual([3, 3]);
  });
});

describe("a blind comparison", () => {
  const vote = async (choice: Vote["choice"]): Promise<Vote> => {
    const events = await heard("engine:fast", "engine:slow", true);
    const [seated] = events;
    return client().vote.cast({ comparison: seated?.kind === "seated" ? seated.comparison : "", choice });
  };

  it("lets out nothing but text, as much of one as of the other until both have ended", async () => {
    const events = await heard("engine:fast", "engine:slow", true);
    expect(events[0]).toMatchObject({ kind: "seated", contestants: null });
    expect(events.at(-1)).toEqual({ kind: "over", contestants: null });
    const lengths = { left: 0, right: 0 };
    const shorter = "few words".length;
    for (const event of events.slice(1, -1)) {
      if (event.kind !== "side" || event.event.kind !== "text") throw new Error(`told ${JSON.stringify(event)}`);
      lengths[event.side] += event.event.text.length;
      // At any moment at most one piece, of equal length on both sides, is on its way.
      if (Math.max(lengths.left, lengths.right) <= shorter) expect(Math.abs(lengths.left - lengths.right)).toBeLessThanOrEqual(5);
    }
    expect(JSON.stringify(events)).not.toMatch(/"(fast|slow|127)/);
  });

  it("draws its sides by lot", async () => {
    const lefts = new Set<string>();
    for (let round = 0; round < 40 && lefts.size < 2; round++) lefts.add((await vote("tie")).left.name);
    expect(lefts).toEqual(new Set(["fast", "slow"]));
  });

  it("takes one vote, which tells who was who and how fast, and is kept without the prompt's words", async () => {
    const events = await heard("engine:fast", "engine:slow", true);
    const comparison = events[0]?.kind === "seated" ? events[0].comparison : "";
    const made = await client().vote.cast({ comparison, choice: "left" });
    expect([made.left.name, made.right.name].toSorted()).toEqual(["fast", "slow"]);
    expect(made.figures.left.generatedTokens).toBe(9);
    expect(await failure(client().vote.cast({ comparison, choice: "right" }))).toMatchObject({ code: "vote.notOpen" });
    expect(JSON.stringify(await client().vote.list())).not.toContain("Hello");
    expect((await client().audit.list({ limit: 1 }))[0]).toMatchObject({ action: "vote.cast", subject: made.id, details: { choice: "left" } });
  });

  it("is opened by a failure and takes no vote then", async () => {
    const events = await heard("engine:broken", "engine:slow", true);
    expect(events.at(-1)).toMatchObject({ kind: "over", contestants: [{ kind: "engine" }, { kind: "engine" }] });
    const comparison = events[0]?.kind === "seated" ? events[0].comparison : "";
    expect(await failure(client().vote.cast({ comparison, choice: "left" }))).toMatchObject({ code: "vote.notOpen" });
  });

  it("of one with itself is refused", async () => {
    expect(await failure(heard("engine:fast", "engine:fast", true))).toMatchObject({ code: "usage.invalid" });
  });

  it("that was stopped takes no vote", async () => {
    const stop = new AbortController();
    const stream = await client().run.compare(question("engine:fast", "engine:slow", true), { signal: stop.signal });
    let comparison = "";
    await expect((async () => {
      for await (const event of stream) {
        if (event.kind === "seated") comparison = event.comparison;
        else stop.abort();
      }
    })()).rejects.toThrow();
    expect(await failure(client().vote.cast({ comparison, choice: "left" }))).toMatchObject({ code: "vote.notOpen" });
  });

  it("is taken back by undo, and the audit keeps both", async () => {
    const before = (await client().vote.list()).length;
    const made = await vote("bothBad");
    expect((await client().vote.undo()).id).toBe(made.id);
    expect(await client().vote.list()).toHaveLength(before);
    expect((await client().audit.list({ limit: 2 })).map(({ action }) => action)).toEqual(["vote.cast", "vote.undo"]);
  });
});
