import http from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findChromium } from "../../journeys/find-chromium.ts";
import { startWeb, type WebFixture } from "./web-fixture.ts";

/** What the server's rules come to in a real browser, whose own rules they build upon. The page is small and its script does what the real one's client does. */
const executablePath = findChromium();
const PAGE = '<!doctype html><html><title>Sallyport</title><body><p id="said"></p><script>document.title = "inline"</script><script type="module" src="./assets/page-1a2b.js"></script></body></html>';
const SCRIPT = `
  window.call = async (name, input) => {
    const answer = await fetch("/rpc/" + name, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ json: input }) });
    return { status: answer.status, body: await answer.json() };
  };
  window.events = [];
  window.watch = async () => {
    const answer = await fetch("/rpc/events/watch", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      window.events.push(...value.split("\\n").filter((line) => line.startsWith("data:")).map((line) => JSON.parse(line.slice(5)).json.changed.join()));
    }
  };
  document.getElementById("said").textContent = "ready";
`;

/** For a page to try something and tell what came of it. */
const OUTCOMES = `
  const outcome = (make) => make().then(() => "came", () => "refused");
  const element = (tag, src) => new Promise((resolve, reject) => {
    const made = document.createElement(tag);
    made.onload = resolve;
    made.onerror = reject;
    made.src = src;
    document.body.append(made);
  });
`;

declare global {
  var call: (name: string, input: unknown) => Promise<{ status: number; body: unknown }>;
  var watch: () => Promise<void>;
  var events: string[];
}

let browser: Browser;
let web: WebFixture;
let context: BrowserContext;
let requests: string[];
/** A page elsewhere: another site by its name, on a port of its own. */
let elsewhere: http.Server;
let elsewhereUrl: string;
let elsewhereBody = "";

beforeAll(async () => {
  if (executablePath === undefined) return;
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--host-resolver-rules=MAP evil.example 127.0.0.1"] });
  elsewhere = http.createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end(elsewhereBody)).listen(0, "127.0.0.1");
  await new Promise((resolve) => elsewhere.once("listening", resolve));
  elsewhereUrl = `http://evil.example:${(elsewhere.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  await browser?.close();
  elsewhere?.close();
});
beforeEach(async () => {
  if (executablePath === undefined) return;
  web = await startWeb({ files: { "index.html": PAGE, "assets/page-1a2b.js": SCRIPT } });
  context = await browser.newContext();
  requests = [];
  context.on("request", (request) => requests.push(request.url()));
});
afterEach(async () => {
  await context?.close();
  await web?.close();
});

async function enter(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(await web.newAddress());
  await page.waitForURL(web.url);
  await page.getByText("ready").waitFor();
  return page;
}

describe.skipIf(executablePath === undefined)("a browser", () => {
  it("is let in by the address, which then stands neither before it nor in its history", async () => {
    const page = await enter();
    expect(page.url()).toBe(web.url);
    expect(await page.evaluate("document.cookie")).toBe("");
    expect(await page.evaluate(() => call("model/list", {}))).toEqual({ status: 200, body: { json: [] } });
    await page.reload();
    await page.getByText("ready").waitFor();
    await page.goBack().catch(() => {});
    expect(page.url()).not.toContain("token");
  });

  it("runs no inline script, and loads nothing from elsewhere", async () => {
    const page = await enter();
    expect(await page.title()).toBe("Sallyport");
    const refused: string[] = [];
    page.on("console", (message) => void (message.type() === "error" && refused.push(message.text())));
    const outcomes = await page.evaluate(`(async () => {
      ${OUTCOMES}
      const other = ${JSON.stringify(elsewhereUrl)};
      return [await outcome(() => fetch(other)), await outcome(() => element("img", other)), await outcome(() => element("script", other)), await outcome(async () => new Function("return 1")())];
    })()`);
    expect(outcomes).toEqual(["refused", "refused", "refused", "refused"]);
    expect(refused.length).toBeGreaterThanOrEqual(3);
    expect(requests.every((url) => new URL(url).hostname === "127.0.0.1" || url === elsewhereUrl)).toBe(true);
  });

  it("hears in one tab what was done in another", async () => {
    const [one, other] = [await enter(), await context.newPage()];
    await other.goto(web.url);
    await other.getByText("ready").waitFor();
    await one.evaluate(() => void watch());
    await one.waitForFunction(() => events.length === 1);
    await other.evaluate(() => call("settings/set", { theme: "dark" }));
    await one.waitForFunction(() => events.includes("settings"));
  });

  it("that comes back without its session is told how to get one, and script of the old page is refused", async () => {
    const page = await enter();
    await context.clearCookies();
    expect(await page.evaluate(() => call("model/list", {}))).toMatchObject({ status: 401 });
    await page.reload();
    expect(await page.textContent("h1")).toBe("This browser is not let in");
    expect(await page.textContent("code")).toBe("sallyport serve --new-token");
    // Its own style is let in, by its digest; any other is not.
    expect(await page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize")).toBe("22.4px");
    await page.evaluate("document.head.append(Object.assign(document.createElement('style'), { textContent: 'h1 { font-size: 1px }' }))");
    expect(await page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize")).toBe("22.4px");
  });

  it("is let in from a link on another site too", async () => {
    const page = await context.newPage();
    elsewhereBody = `<a href="${await web.newAddress()}">open</a>`;
    await page.goto(elsewhereUrl);
    await page.click("a");
    await page.waitForURL(web.url);
    await page.getByText("ready").waitFor();
  });

  it("whose name for us was bent to point here gets nothing", async () => {
    await enter();
    const page = await context.newPage();
    const answer = await page.goto(`http://evil.example:${web.port}/`);
    expect(answer?.status()).toBe(421);
    expect(await page.textContent("h1")).toBe("This request is refused");
  });

  it("that was let in is of no use to a page elsewhere", async () => {
    await enter();
    const page = await context.newPage();
    elsewhereBody = "<p>elsewhere</p>";
    await page.goto(elsewhereUrl);
    const outcomes = await page.evaluate(`(async () => {
      ${OUTCOMES}
      const target = ${JSON.stringify(web.url)};
      const body = JSON.stringify({ json: { theme: "dark" } });
      const set = (options) => outcome(() => fetch(target + "rpc/settings/set", { method: "POST", credentials: "include", body, ...options }));
      await outcome(() => element("iframe", target));
      const framed = () => { try { return document.querySelector("iframe").contentDocument.body.textContent; } catch { return "closed"; } };
      return {
        plain: await set({ mode: "no-cors" }), json: await set({ headers: { "content-type": "application/json" } }), script: await outcome(() => element("script", target + "assets/page-1a2b.js")), frame: framed(),
        socket: await outcome(() => new Promise((resolve, reject) => { const made = new WebSocket(target.replace("http", "ws") + "rpc/events/watch"); made.onopen = resolve; made.onerror = reject; })),
      };
    })()`);
    expect(outcomes).toEqual({ plain: "refused", json: "refused", script: "refused", frame: "closed", socket: "refused" });
    await page.setContent(`<form method="post" enctype="text/plain" action="${web.url}rpc/settings/set"><input name='{"json":{"theme":"dark"},"x":"' value='"}'></form>`);
    await Promise.all([page.waitForNavigation(), page.evaluate('document.querySelector("form").submit()')]);
    expect(web.workbench.store.settings.read().theme).toBe("system");
  });
});
