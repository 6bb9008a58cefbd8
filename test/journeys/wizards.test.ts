import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createRouterClient } from "@orpc/server";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { router } from "../../main/api/router.ts";
import { writeLargeCheckpoint } from "./large-checkpoint.ts";
import { type ServedPages, servePages } from "./served-pages.ts";
import { findBrowser } from "./workbench-page.ts";

const sample = fileURLToPath(new URL("../../resources/sample/checkpoint", import.meta.url));
const browserPath = findBrowser();
if (browserPath === null) console.log("wizards.test.ts is skipped: no Chromium at /usr/bin/chromium; name one with SALLYPORT_CHROMIUM");

/** A person at the four wizards, in a real browser with the real workbench behind it. */
describe.skipIf(browserPath === null)("the wizards", () => {
  let served: ServedPages;
  let page: Page;
  const complaints: string[] = [];
  const elsewhere: string[] = [];
  beforeAll(async () => {
    served = await servePages(browserPath ?? "");
    page = (await served.enter()).pages()[0] as Page;
    page.setDefaultTimeout(60_000);
    page.on("console", (message) => (message.type() === "error" || message.type() === "warning" ? complaints.push(message.text()) : undefined));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => (new URL(request.url()).hostname === "127.0.0.1" || /^(data|blob):/.test(request.url()) ? undefined : elsewhere.push(request.url())));
  });
  afterAll(() => served?.close());

  const next = (name = "Next"): Promise<void> => page.getByRole("form").getByRole("button", { name, exact: true }).click();
  const heading = (name: string): Promise<void> => page.getByRole("heading", { level: 2, name, exact: true }).waitFor();
  const open = async (wizard: string, search: Record<string, string> = {}): Promise<void> => {
    await page.goto(`/#/${wizard}?${new URLSearchParams(search)}`);
    await page.getByRole("navigation", { name: "Steps" }).waitFor();
  };
  const kinds = (): string[] => served.workbench.store.jobs.list().map(({ kind }) => kind);

  /** Folder, check, template and name, up to the last button. */
  const chooseImport = async (directory: string): Promise<void> => {
    await open("import");
    await page.getByLabel("Folder of the checkpoint").fill(directory);
    await page.getByLabel("Folder of the checkpoint").press("Enter");
    await page.getByText("This folder is a").waitFor();
    await next();
    await page.getByText("Architecture understood").waitFor();
    await page.getByRole("form").getByRole("button", { name: "Next", exact: true }).and(page.locator(":enabled")).waitFor();
    await next();
    await heading("Chat template");
    const approval = page.getByLabel("I have read it and approve it");
    if ((await page.getByText("There is nothing to approve").count()) === 0) await approval.check();
    await next();
    await heading("Copy, link or in place");
  };

  it("cancelled before their last button leave neither job nor file", async () => {
    await chooseImport(sample);
    await next("Cancel");
    await page.getByRole("heading", { level: 1, name: "Models" }).waitFor();
    expect(kinds()).toEqual([]);
    expect(existsSync(served.workbench.home.checkpoints)).toBe(false);
  });

  it("hold an import back until its chat template is approved", async () => {
    await open("import", { folder: sample, step: "template" });
    await heading("Chat template");
    await page.getByText("The template waits for approval.").waitFor();
    expect(await page.getByRole("button", { name: "Next", exact: true }).isDisabled()).toBe(true);
  });

  it("take the sample from its folder to a verified bundle and its receipt", async () => {
    await chooseImport(sample);
    await page.getByLabel("Name", { exact: true }).fill("sample");
    await next("Import");
    await page.getByText("The checkpoint is in the store").waitFor();
    await next("Quantize it");
    await heading("Machine");
    await next();
    await heading("Recipe");
    await page.getByRole("radio", { name: /int4/ }).check();
    await page.getByText(/int4 fits|int4 does not fit/).waitFor();
    await next();
    await page.getByRole("table", { name: /Classes of weights/ }).getByText("experts.gate_up").first().waitFor();
    await next("Make the package");
    await page.getByText("The package is in the store and can run.").waitFor();
    await next("Export it for a site");
    await heading("Targets");
    await next();
    await heading("Contents");
    await next();
    await heading("Media and signature");
    await page.getByLabel("Folder or medium").fill(served.root);
    await page.getByLabel("Folder or medium").press("Enter");
    await page.getByText(path.join(served.root, "sample-int4")).first().waitFor();
    await next("Make and verify");
    await page.getByText("Receipt of a verification").waitFor();
    await page.locator("[data-answer=notSigned]").waitFor();

    expect(kinds().toSorted()).toEqual(["bundle.create", "bundle.verify", "model.import", "quantize"]);
    const [bundle] = served.workbench.store.bundles.list();
    expect(bundle?.path).toBe(path.join(served.root, "sample-int4"));
    // The digest on paper is the digest of the store, whole.
    await page.locator("[data-receipt]").getByText(bundle?.digest ?? "none", { exact: true }).waitFor();
    const verification = served.workbench.store.jobs.list().find(({ kind }) => kind === "bundle.verify");
    expect(verification).toMatchObject({ state: "done", request: { expectedDigest: bundle?.digest } });
  });

  it("export two packages with a target and a mark, signed, on small media, through a reload: verified, on a receipt", async () => {
    const recipes = served.workbench.store.models.list();
    const checkpoint = recipes.find(({ kind }) => kind === "checkpoint")?.id ?? "";
    const made = recipes.find(({ kind }) => kind === "package")?.id ?? "";
    const client = createRouterClient(router, { context: { workbench: served.workbench } });
    const key = path.join(served.root, "release.pem");
    const { publicKey } = await client.trust.newKey({ curve: "p256", out: key, passphrase: "correct horse" });
    await client.trust.addSigner({ file: publicKey, name: "Release", may: ["release"] });
    await open("export", { model: made });
    await page.getByRole("checkbox", { name: new RegExp(checkpoint) }).check();
    await next();
    await page.getByRole("radio", { name: /^This machine/ }).check();
    await page.getByRole("radio", { name: /^Sallyport's engine/ }).check();
    await page.getByRole("complementary", { name: "What follows" }).getByText("fits", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Add this target" }).click();
    await page.getByRole("button", { name: /^Remove onnx:here/ }).waitFor();
    await next();
    await page.getByLabel("Text of the mark").fill("INTERNAL");
    await page.getByLabel("Text of the mark").press("Enter");
    await page.getByRole("button", { name: "Remove INTERNAL" }).waitFor();
    await next();
    const address = new URLSearchParams(page.url().split("?")[1]);
    await open("export", { ...Object.fromEntries(address), folder: served.root, name: "signed", medium: "own", size: "32MiB", key });
    await page.getByText(/^sallyport bundle create pkg-[0-9a-f]{12} ckpt-[0-9a-f]{12} --out \S+signed --target onnx:here --mark classification:INTERNAL$/).waitFor();
    await page.getByText(/^sallyport bundle split \S+signed --size 32MiB --recovery 1 --out \S+signed-volumes$/).waitFor();
    // Nothing was typed: as after a reload, the bundle waits for its signature.
    await next("Make, sign and verify");
    await page.getByText("waits for its signature").waitFor();
    await page.reload();
    await page.getByLabel("Passphrase of the key", { exact: true }).fill("wrong");
    await page.getByRole("button", { name: "Sign", exact: true }).click();
    await page.getByText("trust.passphraseWrong").waitFor();
    await page.getByLabel("Passphrase of the key", { exact: true }).fill("correct horse");
    await page.getByRole("button", { name: "Sign", exact: true }).click();
    await page.locator("[data-answer=verified]").waitFor();
    await page.locator("[data-receipt]").getByText("INTERNAL").first().waitFor();
    await page.getByText("Any one may be lost").first().waitFor();
    // A refused passphrase is a refused call, and the browser says so of every one.
    complaints.splice(0, complaints.length, ...complaints.filter((line) => !line.includes("422")));
    const jobs = served.workbench.store.jobs.list();
    expect(jobs.slice(0, 3).map(({ kind, state }) => `${kind} ${state}`).toSorted()).toEqual(["bundle.create done", "bundle.split done", "bundle.verify done"]);
    expect(JSON.stringify(jobs) + page.url()).not.toContain("correct");
    const [receipt] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save as JSON" }).click()]);
    expect(readFileSync(await receipt.path(), "utf8")).toBe(readFileSync(path.join(served.root, "signed-receipt.json"), "utf8"));
    expect(readdirSync(path.join(served.root, "signed-volumes")).some((name) => /recovery01/.test(name))).toBe(true);
  });

  it("stopped in the middle, an export leaves nothing under its name, and goes on when asked", async () => {
    const made = served.workbench.store.models.list().find(({ kind }) => kind === "package")?.id ?? "";
    // With the engine of this machine inside: long enough to be stopped.
    await open("export", { model: made, targets: JSON.stringify(["onnx:here"]), folder: served.root, name: "halfway", step: "media" });
    await page.getByText(/^sallyport bundle create \S+ --out \S+halfway --target onnx:here/).waitFor();
    await next("Make and verify");
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText(/cancelled/).first().waitFor();
    expect(existsSync(path.join(served.root, "halfway"))).toBe(false);
    await page.getByRole("button", { name: "Resume" }).first().click();
    await page.locator("[data-answer=notSigned]").waitFor();
    expect(existsSync(path.join(served.root, "halfway", "oci-layout"))).toBe(true);
  });

  it("say the command that does the same, and the command's words are the page's", async () => {
    await open("quantize", { model: served.workbench.store.models.list().find(({ kind }) => kind === "checkpoint")?.id ?? "", recipe: "mixed", step: "recipe" });
    await page.getByText(/^sallyport quantize ckpt-[0-9a-f]{12} --recipe mixed$/).waitFor();
  });

  it("refuse a folder's name that is taken, before anything is written", async () => {
    await open("export", { model: served.workbench.store.models.list().find(({ kind }) => kind === "package")?.id ?? "", folder: served.root, step: "media" });
    await page.getByText("Something of this name is there already").first().waitFor();
    expect(await page.getByRole("form").getByRole("button", { name: "Make and verify", exact: true }).isDisabled()).toBe(true);
  });

  it("leave nothing where quantizing, a benchmark or an export is cancelled before its last button", async () => {
    const before = kinds().length;
    const models = served.workbench.store.models.list();
    const checkpoint = models.find(({ kind }) => kind === "checkpoint")?.id ?? "";
    const made = models.find(({ kind }) => kind === "package")?.id ?? "";
    await open("quantize", { model: checkpoint, recipe: "int8", step: "preview" });
    await page.getByRole("button", { name: "Make the package" }).waitFor();
    await next("Cancel");
    await open("benchmark");
    await page.getByRole("checkbox").first().check();
    await page.getByText("Choose two to four contestants.", { exact: true }).waitFor();
    await next("Cancel");
    await open("export", { model: made, folder: served.root, name: "never", step: "media" });
    await heading("Media and signature");
    await next("Cancel");
    await page.getByRole("heading", { level: 1, name: "Bundles" }).waitFor();
    expect(kinds()).toHaveLength(before);
    expect(readdirSync(served.root)).not.toContain("never");
  });

  it("find a running job again after a reload, and stopped it leaves no model and no copy in use", async () => {
    const large = path.join(served.root, "large");
    writeLargeCheckpoint(large);
    await chooseImport(large);
    await next("Import");
    await page.getByText("The checkpoint is in the store").waitFor();
    const model = served.workbench.store.models.list().find(({ name }) => name === "large")?.id ?? "";
    await open("quantize", { model, recipe: "f32", step: "preview" });
    await next("Make the package");
    await page.getByRole("button", { name: "Stop" }).waitFor();
    const id = new URLSearchParams(page.url().split("?")[1]).get("job") ?? "none";
    await page.reload();
    await page.getByRole("link", { name: id }).waitFor();
    await page.getByText(/^Quantizing/).waitFor();
    // On a fast machine it may have ended meanwhile; then it must say so.
    const stop = page.getByRole("button", { name: "Stop" });
    if ((await stop.count()) > 0) await stop.click({ timeout: 2000 }).catch(() => undefined);
    await page.getByText(/Quantizing: (cancelled|done)/).waitFor();
    const job = served.workbench.store.jobs.resolve(id);
    const made = served.workbench.store.models.list().filter(({ kind, parentId }) => kind === "package" && parentId === model);
    expect(made).toHaveLength(job.state === "done" ? 1 : 0);
    if (job.state === "cancelled") {
      await next("Resume");
      await page.getByText("The package is in the store and can run.").waitFor();
    }
  });

  it("compare two packages and an engine elsewhere by turns, over a reload, to a verdict in words that the Reports page keeps", async () => {
    const sampleId = served.workbench.store.models.list().find(({ name }) => name === "sample")?.id ?? "";
    await open("quantize", { model: sampleId, recipe: "mixed", step: "preview" });
    await next("Make the package");
    await page.getByText("The package is in the store and can run.").waitFor();
    const parrot = createServer((request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      request.resume().on("end", () => response.end(`data: ${JSON.stringify({ choices: [{ delta: { content: "Hello." }, finish_reason: "stop" }], usage: { prompt_tokens: 9, completion_tokens: 2 } })}\n\ndata: [DONE]\n\n`));
    });
    await new Promise<void>((resolve) => parrot.listen(0, "127.0.0.1", resolve));
    served.workbench.store.engines.insert({ name: "parrot", url: `http://127.0.0.1:${(parrot.address() as AddressInfo).port}/v1`, model: "parrot", hasKey: false, createdAt: new Date().toISOString() });
    writeFileSync(path.join(served.root, "own.jsonl"), '{"prompt":"What is a sally port?"}\n{"promt":"Why?"}\n');
    try {
      await open("benchmark");
      for (const { id } of served.workbench.store.models.list().filter(({ parentId }) => parentId === sampleId).slice(0, 2)) await page.getByRole("checkbox", { name: new RegExp(id) }).check();
      await page.getByRole("checkbox", { name: /parrot/ }).check();
      await next();
      await heading("Workload");
      await page.getByRole("radio", { name: /Own prompts/ }).check();
      await page.getByText("Choose a file of prompts that can be read.").waitFor();
      await page.getByLabel("File of prompts").fill(served.root);
      await page.getByLabel("File of prompts").press("Enter");
      await page.getByText("own.jsonl").first().click();
      await page.getByRole("alert").getByText("benchmark.promptsInvalid").waitFor();
      // The browser notes an answer that refuses; nothing else.
      expect(complaints.splice(0)).toEqual([expect.stringContaining("422")]);
      writeFileSync(path.join(served.root, "own.jsonl"), '{"prompt":"What is a sally port?"}\n{"prompt":"Why?"}\n');
      await page.getByRole("alert").getByRole("button").first().click();
      await page.getByText("2 prompts.").waitFor();
      await page.getByLabel("Longest answer, tokens").fill("8");
      await page.getByRole("textbox", { name: "Rounds" }).fill("3");
      await page.getByText(/^sallyport bench compare pkg-\S+ pkg-\S+ engine:parrot --prompts .*own\.jsonl --answer 8 --rounds 3$/).waitFor();
      await next("Measure");
      await heading("Measure");
      await page.reload();
      await page.getByText(/times as fast as|No difference shown/).first().waitFor();
      await page.getByText("Tokenizers differ or are not known").waitFor();
      await page.getByRole("button", { name: "See the report" }).click();
      await page.getByRole("heading", { name: /^Comparison/ }).waitFor();
      const download = page.waitForEvent("download");
      await page.getByRole("main").getByRole("button", { name: "Export" }).last().click();
      await page.getByRole("menuitem", { name: "HTML, one file without script" }).click();
      const html = readFileSync(await (await download).path(), "utf8");
      expect(html).toContain("engine:parrot");
      expect(html).not.toMatch(/<script|\son\w+=/);
    } finally {
      parrot.close();
    }
  });

  it("cancelled in the middle, a comparison says so and goes on from there when asked", async () => {
    const sampleId = served.workbench.store.models.list().find(({ name }) => name === "sample")?.id ?? "";
    const [a, b] = served.workbench.store.models.list().filter(({ parentId }) => parentId === sampleId).map(({ id }) => id);
    await page.goto(`/#/benchmark?models=${encodeURIComponent(JSON.stringify([a, b]))}&step=workload&workload=writing&rounds=20`);
    await next("Measure");
    await page.getByRole("img", { name: /^Characters\/s/ }).waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("Measuring: cancelled").waitFor();
    const before = served.workbench.store.reports.list().length;
    await next("Resume");
    await page.getByRole("button", { name: "See the report" }).waitFor();
    expect(served.workbench.store.reports.list()).toHaveLength(before + 1);
    expect(served.workbench.store.reports.list()[0]?.body).toMatchObject({ kind: "comparison", rounds: 20, contestants: [{ runs: { length: 20 } }, { runs: { length: 20 } }] });
  });

  it("refuse a file that is not what a pasted list says, by its name, after a look that said which files the list names", async () => {
    const folder = path.join(served.root, "listed");
    cpSync(sample, folder, { recursive: true });
    await open("import", { folder, step: "check" });
    await page.getByText("Architecture understood").waitFor();
    await page.getByText("There is none in the folder").waitFor();
    await page.getByRole("radio", { name: /A pasted list/ }).check();
    await page.getByText("Name the list of checksums, or paste it.").waitFor();
    await page.getByLabel("SHA-256 and file, one a line").fill(`${"0".repeat(64)} *config.json\r\n${"1".repeat(64)}  gone.safetensors\r\n`);
    await page.getByText("the pasted list names 1 file").waitFor();
    await page.getByText("Named, and not in the folder: 1 (gone.safetensors)").waitFor();
    await page.getByText(/^sallyport model import .* --checksums - --check$/).waitFor();
    await next();
    await page.getByLabel("I have read it and approve it").check();
    await next();
    await heading("Copy, link or in place");
    await next("Import");
    await page.getByRole("alert").getByText("config.json").waitFor();
    await page.getByRole("alert").getByText("checkpoint.checksumWrong").waitFor();
    expect(served.workbench.store.jobs.list()[0]).toMatchObject({ state: "failed", error: { code: "checkpoint.checksumWrong", details: { file: "config.json", expected: "0".repeat(64), list: "pasted" } } });
    expect(served.workbench.store.audit.list(1)[0]).toMatchObject({ action: "model.import.failed", details: { code: "checkpoint.checksumWrong", file: "config.json" } });
  });

  it("link a checkpoint by its list, and the model page says what was checked of it and who read its template", async () => {
    const folder = path.join(served.root, "linked");
    cpSync(sample, folder, { recursive: true });
    // Other bytes than the sample's: the store keeps the same ones once.
    writeFileSync(path.join(folder, "README.md"), "linked");
    writeFileSync(path.join(folder, "SHA256SUMS"), readdirSync(folder).map((name) => `${createHash("sha256").update(readFileSync(path.join(folder, name))).digest("hex")}  ${name}\n`).join(""));
    await chooseImport(folder);
    await page.getByRole("radio", { name: /Link into/ }).check();
    await next("Import");
    await page.getByText("The checkpoint is in the store").waitFor();
    await page.getByText("7 of 7 files agree with the list").waitFor();
    await next("Open the model");
    await page.getByText("read and approved before it came in").waitFor();
    await page.getByText("hard links: who writes").waitFor();
    const model = served.workbench.store.models.list().find(({ name }) => name === "linked");
    expect(statSync(path.join(model?.directory ?? "", "model.safetensors")).ino).toBe(statSync(path.join(folder, "model.safetensors")).ino);
  });

  it("take a folder's path that is dropped as text", async () => {
    await open("import");
    const dropped = await page.evaluateHandle(`(() => { const transfer = new DataTransfer(); transfer.setData("text/plain", ${JSON.stringify(sample)}); return transfer; })()`);
    await page.getByRole("group", { name: /can be dropped here/ }).dispatchEvent("drop", { dataTransfer: dropped });
    await page.getByText("This folder is a").waitFor();
  });

  it("let a budget of memory pick the recipe, and say why the others do not fit", async () => {
    const model = served.workbench.store.models.list().find(({ name }) => name === "sample")?.id ?? "";
    await open("quantize", { model, step: "recipe" });
    await page.getByLabel("Memory budget", { exact: true }).fill("0.19");
    await page.getByLabel("Tokens of context").fill("2048");
    await page.getByRole("button", { name: "Let the budget pick" }).click();
    await page.getByText("int8 fits and loses least.").waitFor();
    await page.getByRole("table", { name: "Recipes within the budget" }).getByText(/short$/).waitFor();
    await page.getByRole("button", { name: "Take int8" }).click();
    expect(await page.getByRole("radio", { name: /^int8/ }).isChecked()).toBe(true);
    await page.getByText(/^sallyport recipe preview ckpt-[0-9a-f]{12} --budget 0\.19GiB --context 2048$/).waitFor();
  });

  it("show which answers a package changes, and discard it", async () => {
    const checkpoint = served.workbench.store.models.list().find(({ name }) => name === "sample")?.id ?? "";
    const text = path.join(served.root, "heldout.txt");
    writeFileSync(text, readFileSync(path.join(sample, "..", "eval.txt")).subarray(0, 12_000));
    await open("quantize", { model: checkpoint, recipe: "int8", step: "preview", text });
    await next("Make the package");
    await page.getByText("The package is in the store and can run.").waitFor();
    await page.getByRole("button", { name: "Make float32, measure loss and answers" }).click();
    await page.getByText(/^\d+ of 12 answers changed$/).waitFor();
    await page.getByText("Divergence (KL)").waitFor();
    const chain = served.workbench.store.jobs.list().filter(({ sequence }) => sequence?.of === 3).toSorted((a, b) => (a.sequence?.at ?? 0) - (b.sequence?.at ?? 0));
    expect(chain.map(({ kind, state }) => `${kind} ${state}`)).toEqual(["quantize done", "eval.perplexity done", "eval.answers done"]);
    expect(await page.locator("mark").count()).toBeGreaterThan(0);
    const report = served.workbench.store.reports.list().find(({ body }) => body.kind === "answers");
    expect(report?.body).toMatchObject({ kind: "answers", changed: { n: 12 }, against: { recipe: "f32" }, prompts: { cut: "passages" } });
    const made = served.workbench.store.models.list().find(({ parentId, recipe }) => parentId === checkpoint && recipe === "int8");
    await next("Discard the package");
    await page.getByRole("button", { name: /^Remove .* now$/ }).click();
    await heading("Recipe");
    expect(served.workbench.store.models.find(made?.id ?? "")).toBeUndefined();
  });

  it("pause an import; paused it is found again, resumed, and removed jobs are gone", async () => {
    const large = path.join(served.root, "paused");
    writeLargeCheckpoint(large);
    writeFileSync(path.join(large, "README.md"), "paused");
    await chooseImport(large);
    await next("Import");
    const pause = page.getByRole("form").getByRole("button", { name: "Pause" });
    await pause.waitFor();
    await pause.click({ timeout: 3000 }).catch(() => undefined);
    await page.getByText(/Importing: (paused|done)/).waitFor();
    const id = new URLSearchParams(page.url().split("?")[1]).get("job") ?? "none";
    if (served.workbench.store.jobs.resolve(id).state === "paused") {
      await page.reload();
      await page.getByText("Importing: paused").waitFor();
      await next("Resume");
    }
    await page.getByText("The checkpoint is in the store").waitFor();
    await page.goto(`/#/jobs/${id}`);
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByRole("button", { name: "Remove it and what it kept" }).click();
    await page.getByText("Choose a job", { exact: false }).first().waitFor();
    expect(served.workbench.store.jobs.find(id)).toBeUndefined();
  });

  it("asked nothing of any other machine, and the console stayed clean", () => {
    expect(elsewhere).toEqual([]);
    expect(complaints).toEqual([]);
  });
}, 300_000);
