import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { AxeBuilder } from "@axe-core/playwright";
import { createRouterClient } from "@orpc/server";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { router } from "../../main/api/router.ts";
import { watchJob } from "../../main/jobs/watch-job.ts";
import { type ServedPages, servePages } from "./served-pages.ts";
import { findBrowser, listenTo, type Overheard } from "./workbench-page.ts";

const SAMPLE = fileURLToPath(new URL("../../resources/sample/checkpoint", import.meta.url));
const browserPath = findBrowser();
if (browserPath === null) console.log("playground.test.ts is skipped: no Chromium at /usr/bin/chromium; name one with SALLYPORT_CHROMIUM");

/** A server of a site: slow enough to be watched, and it shows what it was asked. */
async function startServer(asked: { readonly messages: { readonly role: string; readonly content: string }[] }[]): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    if (request.url === "/v1/models") return void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data: [{ id: "site-model" }] }));
    let text = "";
    request.on("data", (piece: Buffer) => (text += piece.toString())).on("end", async () => {
      asked.push(JSON.parse(text));
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const word of ["A ", "gate ", "through ", "which ", "<b>things</b> ", "are ", "sent."]) {
        response.write(`data: ${JSON.stringify({ choices: [{ delta: { content: word } }] })}\n\n`);
        await sleep(40);
        // Until whoever asked hangs up: a person can stop it however slow the machine is.
        if (word === "which " && text.includes("Write slowly")) return;
      }
      response.end(`data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: "stop" }], usage: { prompt_tokens: 5, completion_tokens: 9 } })}\n\ndata: [DONE]\n\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** Children of this process, in which the workbench runs, that are engines. */
function engineProcesses(): number[] {
  const children = readdirSync("/proc/self/task").flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, "utf8").split(" ").filter((pid) => pid !== ""));
  return children.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("engine-process")).map(Number);
}

/** Lets a process run a tenth of the time. Ended, it stands still. */
function slowDown(pid: number): { end(): Promise<void> } {
  let isOn = true;
  const done = (async () => {
    while (isOn) {
      process.kill(pid, "SIGCONT");
      await sleep(4);
      process.kill(pid, "SIGSTOP");
      await sleep(36);
    }
  })();
  return {
    end: () => {
      isOn = false;
      return done;
    },
  };
}

/** A person in the playground, in a real browser with the real workbench, the sample's package and a server that the person names. */
describe.skipIf(browserPath === null)("the playground", { timeout: 300_000 }, () => {
  let served: ServedPages;
  let context: BrowserContext;
  let page: Page;
  let heard: Overheard;
  let site: { readonly url: string; readonly server: Server };
  const asked: { readonly messages: { readonly role: string; readonly content: string }[] }[] = [];

  const client = () => createRouterClient(router, { context: { workbench: served.workbench } });
  const jobDone = async (id: string): Promise<Record<string, unknown>> => {
    let last: Record<string, unknown> = {};
    for await (const job of watchJob({ store: served.workbench.store, clock: served.workbench.clock, home: served.workbench.home.root, id, signal: new AbortController().signal, intervalMs: 50 })) last = job;
    return last;
  };
  const choose = async (label: string, option: RegExp): Promise<void> => {
    await page.getByRole("combobox", { name: label }).click();
    await page.getByRole("option", { name: option }).click();
  };
  const mode = (name: string): Promise<void> => page.getByText(name, { exact: true }).first().click();
  const send = async (prompt: string): Promise<void> => {
    await page.getByRole("textbox", { name: "Prompt" }).fill(prompt);
    await page.getByRole("textbox", { name: "Prompt" }).press("Control+Enter");
  };
  const longest = async (tokens: number): Promise<void> => {
    await page.getByLabel("Longest answer, tokens").fill(String(tokens));
    await page.getByLabel("Longest answer, tokens").blur();
  };
  const answers = () => page.getByRole("article");
  const idle = async (): Promise<void> => {
    await page.getByRole("button", { name: "Send" }).waitFor();
    await expect.poll(() => answers().last().getAttribute("aria-busy")).toBe("false");
  };

  beforeAll(async () => {
    site = await startServer(asked);
    served = await servePages(browserPath ?? "");
    context = await served.enter();
    page = context.pages()[0] as Page;
    page.setDefaultTimeout(30_000);
    heard = listenTo(page, new URL(page.url()).origin);
  }, 300_000);
  afterAll(async () => {
    await served?.close();
    site?.server.closeAllConnections();
    site?.server.close();
  });

  it("says what to do where nobody can answer yet", async () => {
    await page.getByRole("link", { name: "Playground" }).click();
    await page.getByText("Nothing to chat with yet").waitFor();
    await page.getByRole("button", { name: "Import a checkpoint" }).waitFor();
    await page.getByText("No engine is named").waitFor();
  });

  it("names an engine, shows what it offers, and chats with it; answers come while one looks elsewhere", async () => {
    await page.getByRole("button", { name: "Name an engine" }).click();
    const form = page.getByRole("dialog");
    await form.getByRole("textbox", { name: "Name" }).fill("site");
    await form.getByRole("textbox", { name: "Address" }).fill(site.url);
    await form.getByRole("button", { name: "List its models" }).click();
    await form.getByText("It offers:").waitFor();
    await form.getByRole("button", { name: "Name it" }).click();
    await form.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Check: site" }).click();
    await page.getByText("it offers the model").waitFor();
    await send("What is a sally port?");
    await page.getByRole("link", { name: "Models" }).click();
    await page.getByRole("heading", { level: 1, name: "Models" }).waitFor();
    await page.getByRole("link", { name: "Playground" }).click();
    await page.getByText("A gate through which <b>things</b> are sent.").waitFor();
    await page.getByText("9 tokens", { exact: true }).waitFor();
    await idle();
    await send("And then?");
    await expect.poll(() => asked.length).toBe(2);
    await idle();
    expect(asked[1]?.messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
    await page.getByText(/^sallyport run engine:site --chat -- 'And then\?'$/).waitFor();
  });

  it("puts a package beside it, each with its own figures, and marks the words that differ", async () => {
    const imported = await client().model.import({ directory: SAMPLE, name: "sample", mode: "copy" });
    await jobDone(imported.id);
    const checkpoint = (await client().model.list())[0]?.id ?? "";
    for (const recipe of (await client().quantize.presets()).filter(({ name }) => name === "int4" || name === "int8")) await jobDone((await client().quantize.start({ model: checkpoint, recipe })).id);
    await mode("Side by side");
    await choose("First", /int4/);
    await choose("Second", /site/);
    await longest(24);
    await send("Once upon a time");
    await idle();
    const [left, right] = [answers().nth(-2), answers().nth(-1)];
    await left.getByText("tokens/s").waitFor();
    await right.getByText("9 tokens", { exact: true }).waitFor();
    await right.getByText("First token").waitFor();
    expect(await right.locator("mark").count()).toBeGreaterThan(0);
    await page.getByRole("switch", { name: "Mark differences" }).uncheck();
    await expect.poll(() => right.locator("mark").count()).toBe(0);
  });

  it("hides who is who until a vote, which is then counted, told, and can be taken back", async () => {
    await mode("Blind");
    const before = await answers().count();
    await send("Tell a story");
    await page.getByText("Which answer is better?").waitFor();
    const blind = page.getByRole("listitem").filter({ has: page.getByText("Tell a story") });
    expect(await blind.getByRole("article").allInnerTexts().then((texts) => texts.join(" "))).not.toMatch(/site|sample|tokens|First token/);
    expect(await answers().count()).toBe(before + 2);
    await page.getByRole("heading", { level: 1 }).click();
    await page.keyboard.press("1");
    await page.getByText("Your vote: Left").waitFor();
    const [vote] = served.workbench.store.votes.list();
    expect(vote?.choice).toBe("left");
    await blind.getByRole("article").first().getByText(vote?.left.kind === "engine" ? /site/ : /sample/).first().waitFor();
    for (const side of [0, 1]) await blind.getByRole("article").nth(side).getByText("First token").waitFor();
    await page.getByText(/n = 1$/).waitFor();
    await page.getByText("No difference is shown").waitFor();
    await page.getByRole("button", { name: "Take back the last vote" }).click();
    await page.getByText("No votes yet").waitFor();
  });

  it("runs two packages at once, each in an engine of its own", async () => {
    await mode("Side by side");
    await choose("Second", /int8/);
    await page.getByText("Two packages share the cores").waitFor();
    await send("Once more");
    await idle();
    for (const place of [-2, -1]) await answers().nth(place).getByText("24 tokens", { exact: true }).waitFor();
    expect(engineProcesses()).toHaveLength(2);
  });

  it("tells how an engine died in the middle of its answer, and asks it again", async () => {
    await mode("One");
    await choose("Answers", /int4/);
    await longest(8);
    await send("Begin");
    await idle();
    // The second of the comparison has left: one is enough again.
    const [engine = 0, ...others] = engineProcesses();
    expect(others).toEqual([]);
    await longest(2000);
    // The sample writes a thousand tokens a second: held back nine tenths of the time, it can be met in the middle.
    const slowing = slowDown(engine);
    await send("Write without end");
    await answers().last().getByText("tokens/s").waitFor();
    await slowing.end();
    process.kill(engine, "SIGKILL");
    await page.getByText(/was ended by SIGKILL/).waitFor();
    await longest(8);
    await page.getByRole("button", { name: "Try again" }).click();
    await answers().last().getByText("8 tokens", { exact: true }).waitFor();
    await idle();
  });

  it("stops an answer when told to, and begins anew", async () => {
    await choose("Answers", /site/);
    await send("Write slowly");
    await answers().last().getByText("pieces/s").waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await answers().last().getByText("Stopped").waitFor();
    await page.getByRole("button", { name: "New conversation" }).click();
    await page.getByText("Nothing has been asked yet").waitFor();
  });

  it("is free of faults that axe knows, in every language and both schemes", async () => {
    await mode("Side by side");
    await longest(16);
    await send("For the picture");
    await idle();
    for (const [language, theme] of [["en", "light"], ["zh-Hans", "dark"], ["ar", "light"]] as const) {
      await client().settings.set({ language, theme });
      await page.locator(`html[lang="${language}"][data-mantine-color-scheme="${theme}"]`).waitFor({ state: "attached" });
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${language} ${theme}: ${id} ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
    }
    await client().settings.set({ language: "en", theme: "light" });
  });

  it("spoke to nobody but the workbench, and the console stayed clean", () => {
    expect(heard.complaints).toEqual([]);
    expect(heard.strays).toEqual([]);
  });
});
