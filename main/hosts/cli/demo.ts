import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { Bundle } from "../../../shared/schemas/bundle.ts";
import { Model } from "../../../shared/schemas/model.ts";
import { ParityReport, PerplexityReport, SpeedReport } from "../../../shared/schemas/report.ts";
import { demoSummary } from "./demo-summary.ts";

/*
 * The main job, start to finish, on the sample model: every step is the command a person would type, run as a process of its own.
 * `npm run demo`. Each run starts from an empty home, .sallyport/demo.
 */
const checkout = fileURLToPath(new URL("../../../", import.meta.url));
const program = fileURLToPath(new URL("./sallyport.ts", import.meta.url));
const sample = join("resources", "sample");
const home = join(".sallyport", "demo");
/** Enough to tell the recipes apart by their divergence (its error is near 4 %), few enough that two slow cores are done in seconds. */
const WINDOWS = "40";

class StepFailed extends Error {}

const Named = z.object({ id: z.string(), model: Model });
const MadeModel = Named.extend({ weightBytes: z.number(), seconds: z.number() });
const reportOf = <T extends z.ZodType>(body: T) => z.object({ id: z.string(), report: z.object({ id: z.string(), body }) });

/** Runs one command with --json and reads its last line. */
async function step<T extends z.ZodType>(schema: T, ...words: string[]): Promise<z.output<T>> {
  process.stderr.write(`\n$ sallyport ${words.join(" ")}\n`);
  const child = spawn(process.execPath, [program, ...words, "--json", "--home", home], { cwd: checkout, stdio: ["ignore", "pipe", "inherit"] });
  const pieces: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (piece: string) => pieces.push(piece));
  const status = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  const last = pieces.join("").trimEnd().split("\n").at(-1) ?? "";
  if (status !== 0) {
    const said = z.object({ error: z.object({ message: z.string(), next: z.string() }) }).safeParse(parseJson(last));
    throw new StepFailed(said.success ? `${said.data.error.message}\n  ${said.data.error.next}` : `the command ended with status ${status ?? "unknown"}`);
  }
  return schema.parse(parseJson(last));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function walkTheLine(): Promise<string> {
  const started = performance.now();
  await rm(join(checkout, home), { recursive: true, force: true });

  const imported = await step(Named, "model", "import", join(sample, "checkpoint"), "--name", "sample");
  const f32 = await step(MadeModel, "quantize", imported.id, "--recipe", "f32");
  const int4 = await step(MadeModel, "quantize", imported.id, "--recipe", "int4");
  const mixed = await step(MadeModel, "quantize", imported.id, "--recipe", "mixed");

  const evaluate = (model: string) => step(reportOf(PerplexityReport), "eval", "perplexity", model, "--text", join(sample, "eval.txt"), "--against", f32.id, "--max-windows", WINDOWS);
  const int4Quality = await evaluate(int4.id);
  const mixedQuality = await evaluate(mixed.id);
  const measure = (model: string) => step(reportOf(SpeedReport), "bench", "speed", model, "--runs", "3");
  const f32Speed = await measure(f32.id);
  const int4Speed = await measure(int4.id);
  const mixedSpeed = await measure(mixed.id);

  const written = await step(z.object({ text: z.string() }), "run", int4.id, "The sqlite3_open() interface", "--max-tokens", "40");
  const { bundle } = await step(z.object({ bundle: Bundle }), "bundle", "create", int4.id, "--out", join(home, "sample-bundle"));
  await step(z.object({ verification: z.object({ digest: z.string() }) }), "bundle", "verify", bundle.path, "--digest", bundle.digest);
  const installed = join(home, "installed", "sample");
  await step(z.object({ install: z.object({ directory: z.string() }) }), "bundle", "install", bundle.path, "--to", installed, "--digest", bundle.digest);
  const parity = await step(reportOf(ParityReport), "parity", "check", installed);
  const audit = await step(z.object({ audit: z.object({ entries: z.number(), lastHash: z.string() }) }), "audit", "verify");

  return demoSummary({
    imported: imported.model,
    packages: [
      { ...f32, quality: null, speed: f32Speed.report.body },
      { ...int4, quality: int4Quality.report.body, speed: int4Speed.report.body },
      { ...mixed, quality: mixedQuality.report.body, speed: mixedSpeed.report.body },
    ],
    prompt: "The sqlite3_open() interface",
    written: written.text,
    bundle,
    installed: join(checkout, installed),
    parity: parity.report.body,
    auditEntries: audit.audit.entries,
    seconds: (performance.now() - started) / 1000,
  });
}

try {
  process.stdout.write(`\n${await walkTheLine()}\n`);
} catch (thrown) {
  process.stderr.write(`\nThe demo stopped: ${thrown instanceof StepFailed ? thrown.message : thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`);
  process.exitCode = 1;
}
