import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FakeServer, startFakeServer, TOKEN } from "../openai/fake-server.ts";
import { type Ran, runCommand } from "./test-io.ts";

const SAYS = "The interface is a gate.";
let home = "";
let server: FakeServer;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "sallyport-engines-"));
  server = await startFakeServer({ says: SAYS });
});
afterAll(async () => {
  await server?.drain(0);
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

const run = (words: readonly string[], stdin?: string): Promise<Ran> => runCommand(words, { home, workingDirectory: home, ...(stdin === undefined ? {} : { stdin }) });

describe("an engine elsewhere, on the command line", () => {
  test("is none at first, and the list says what to do", async () => {
    expect((await run(["engine", "ls"])).stdout).toContain("sallyport engine add");
    expect((await run(["engine", "ls", "--json"])).last()).toEqual({ engines: [] });
  });

  test("is named with its key from a pipe, or from a file, and never shows it", async () => {
    const refused = await run(["engine", "add", "site", server.url, "--json"]);
    expect(refused.last()).toMatchObject({ error: { code: "engine.refused", details: { status: 401 } } });
    expect(refused.status).toBe(1);
    const piped = await run(["engine", "add", "site", server.url, "--key-file", "-", "--json"], `${TOKEN}\n`);
    expect(piped.last()).toMatchObject({ id: "site", engine: { url: `${server.url}/v1`, model: "sample", hasKey: true } });
    writeFileSync(join(home, "key"), TOKEN);
    const again = await run(["engine", "add", "again", server.url, "--model", "sample", "--key-file", "key"]);
    for (const { stdout, stderr } of [piped, again, await run(["engine", "ls"]), await run(["audit", "ls", "--json"])]) expect(stdout + stderr).not.toContain(TOKEN);
    const bad = await run(["engine", "add", "bad", server.url, "--key-file", "-"], "two words");
    expect([bad.status, bad.stderr.includes("two words")]).toEqual([2, false]);
  });

  test("is checked, and a model it does not offer is a failure", async () => {
    expect((await run(["engine", "check", "site", "--json"])).last()).toMatchObject({ check: { models: ["sample"], isModelOffered: true } });
    await run(["engine", "add", "other", server.url, "--model", "else", "--key-file", "key"]);
    expect((await run(["engine", "check", "other"])).status).toBe(1);
    expect((await run(["engine", "check", "nobody", "--json"])).status).toBe(3);
  });

  test("completes and chats like a package", async () => {
    const completed = await run(["run", "engine:site", "--", "Once"]);
    expect(completed.stdout).toBe(`${SAYS}\n`);
    expect(completed.stderr).toMatch(/\d+ tokens, .*first after .* \(prompt \d+ tokens\)/);
    const chat = await run(["run", "engine:site", "--chat", "--json", "Hello"]);
    expect(chat.last()).toMatchObject({ id: "engine:site", text: SAYS, reason: "eos", countedBy: "usage", messages: [{ role: "user" }, { role: "assistant", content: SAYS }] });
    expect((await run(["run", "engine:nobody", "x", "--json"])).last()).toMatchObject({ error: { code: "store.notFound" } });
  });

  test("is compared with another in one go", async () => {
    const compared = await run(["compare", "engine:site", "engine:again", "--json", "--max-tokens", "32", "--", "Hello"]);
    expect(compared.last()).toMatchObject({ answers: [{ contestant: { name: "site" }, text: SAYS, reason: "eos" }, { contestant: { name: "again" }, text: SAYS }] });
    expect((await run(["compare", "engine:site", "engine:other"], "Hello")).status).toBe(1);
    expect((await run(["compare", "engine:site", "engine:again", "--blind", "Hello"])).stderr).toContain("terminal");
  });

  test("is forgotten", async () => {
    expect((await run(["engine", "rm", "again", "--json"])).last()).toMatchObject({ id: "again" });
    expect((await run(["engine", "rm", "again"])).status).toBe(3);
  });
});

describe("votes, where there are none", () => {
  test("are said to be none, and none can be taken back", async () => {
    expect((await run(["votes", "--json"])).last()).toEqual({ pairs: [] });
    expect((await run(["votes", "ls"])).stdout).toContain("compare --blind");
    expect((await run(["votes", "undo", "--json"])).last()).toMatchObject({ error: { code: "vote.none" } });
  });
});
