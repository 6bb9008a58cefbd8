import type { Page } from "playwright-core";
import type { Bundle } from "../../shared/schemas/bundle.ts";
import type { Job } from "../../shared/schemas/job.ts";
import type { Model } from "../../shared/schemas/model.ts";
import type { Report } from "../../shared/schemas/report.ts";

/** What a home holds, as the contract tells it. */
export interface Held {
  readonly models: readonly Pick<Model, "id" | "kind">[];
  readonly jobs: readonly Pick<Job, "id" | "kind" | "state">[];
  readonly reports: readonly Pick<Report, "id" | "body">[];
  readonly bundles: readonly Pick<Bundle, "id">[];
}

export type Address = readonly [name: string, address: string];

/** Every page, and the first of whatever a list holds. */
export function pageAddresses({ models, jobs, reports, bundles }: Held): Address[] {
  const found = (name: string, prefix: string, item: { readonly id: string } | undefined): Address[] => (item === undefined ? [] : [[name, `${prefix}/${item.id}`]]);
  const job = (state: Job["state"]): Address[] => found(`job-${state}`, "/jobs", jobs.find((one) => one.state === state));
  return [
    ["home", "/"], ["machine", "/machine"], ["models", "/models"], ...found("checkpoint", "/models", models.find(({ kind }) => kind === "checkpoint")), ...found("package", "/models", models.findLast(({ kind }) => kind === "package")),
    ["playground", "/playground"], ["reports", "/reports"], ...found("report", "/reports", reports.find(({ body }) => body.kind !== "comparison")), ...found("report-comparison", "/reports", reports.find(({ body }) => body.kind === "comparison")), ["bundles", "/bundles"], ...found("bundle", "/bundles", bundles[0]),
    ["jobs", "/jobs"], ...job("done"), ...job("running"), ...job("failed"), ...job("cancelled"), ...job("paused"), ...job("waiting"), ["audit", "/audit"], ["settings", "/settings"], ["nowhere", "/no-such-page"],
  ];
}

/** Every step of every wizard before its job begins; the answers stand in the address. `folder`: any; `sample`: a checkpoint's; `approved`: the mark of its template; `site`: the id of one that is known. */
export function wizardAddresses({ models }: Held, { folder, sample, approved, site }: { readonly folder: string; readonly sample: string; readonly approved: string; readonly site: string }): Address[] {
  const checkpoint = models.find(({ kind }) => kind === "checkpoint")?.id ?? "";
  const packages = models.filter(({ kind }) => kind === "package").map(({ id }) => id);
  const step = (wizard: string, name: string, answers: Readonly<Record<string, string>> = {}, state = ""): Address => [`${wizard}-${name}${state}`, `/${wizard}?${new URLSearchParams({ step: name, ...answers })}`];
  const quantized = { model: checkpoint, recipe: "int4" };
  const exported = { model: packages[0] ?? "", folder };
  const measured = { models: JSON.stringify(packages.slice(0, 2)) };
  return [
    step("import", "folder", {}, "-empty"), step("import", "folder", { folder: sample }), step("import", "check", { folder: sample }), step("import", "template", { folder: sample }), step("import", "way", { folder: sample, approved }),
    step("quantize", "model"), step("quantize", "machine", quantized), step("quantize", "machine", { ...quantized, machine: site }, "-site"), step("quantize", "recipe", quantized), step("quantize", "recipe", { ...quantized, byBudget: "true" }, "-budget"), step("quantize", "preview", quantized),
    step("benchmark", "contestants", measured), step("benchmark", "workload", measured), step("benchmark", "workload", { ...measured, workload: "own" }, "-own"),
    step("export", "package"), step("export", "target", exported), step("export", "target", { ...exported, models: JSON.stringify([packages[0] ?? "", checkpoint]), targets: JSON.stringify(["onnx:here"]), draft: "vllm:h200x8,context=1024" }, "-drafted"), step("export", "contents", { ...exported, marks: JSON.stringify(["export-control:EAR99"]) }),
    step("export", "media", { ...exported, medium: "own", size: "700MB", key: "/keys/release.pem" }),
  ];
}

/** Every wizard with a job that is at work, ended well, failed or was stopped. */
export function jobAddresses({ models, jobs }: Held): Address[] {
  const found = (kind: Job["kind"], state: Job["state"]): string[] => jobs.filter((job) => job.kind === kind && job.state === state).map(({ id }) => id);
  const one = (wizard: string, kind: Job["kind"], state: Job["state"], answers: Readonly<Record<string, string>> = {}): Address[] => found(kind, state).slice(0, 1).map((job) => [`${wizard}-job-${state}`, `/${wizard}?${new URLSearchParams({ ...answers, step: wizard === "import" ? "import" : "make", job })}`]);
  const checkpoint = models.find(({ kind }) => kind === "checkpoint")?.id ?? "";
  const packages = models.filter(({ kind }) => kind === "package").map(({ id }) => id).slice(0, 2);
  const compared = found("bench.compare", "done").slice(0, 1);
  const [loss, answers] = [found("eval.perplexity", "done")[0], found("eval.answers", "done")[0]];
  const sent = [...found("bundle.create", "done").slice(0, 1), ...found("bundle.verify", "done").slice(0, 1)];
  return [
    ...one("import", "model.import", "done"), ...one("import", "model.import", "failed"), ...(["running", "done", "cancelled"] as const).flatMap((state) => one("quantize", "quantize", state, { model: checkpoint, recipe: "int4" })),
    ...compared.map((job): Address => ["benchmark-verdict", `/benchmark?${new URLSearchParams({ step: "verdict", models: JSON.stringify(packages), job })}`]),
    ...(loss === undefined || answers === undefined ? [] : found("quantize", "done").slice(0, 1).map((job): Address => ["quantize-cost", `/quantize?${new URLSearchParams({ step: "make", model: checkpoint, recipe: "mixed", job, evalJob: loss, answersJob: answers })}`])),
    ...(sent.length < 2 ? [] : [["export-receipt", `/export?${new URLSearchParams({ model: packages[0] ?? "", jobs: JSON.stringify(sent) })}`] as const]),
  ];
}

/** Approves the chat template of a checkpoint as a person does. @returns the mark of that, which the address keeps */
export async function approveTemplate(page: Page, folder: string): Promise<string> {
  await page.goto(`${page.url().split("#")[0]}#/import?${new URLSearchParams({ step: "template", folder })}`);
  await page.getByRole("checkbox").check();
  await page.waitForURL(/approved=/);
  return new URLSearchParams(page.url().split("?")[1]).get("approved") ?? "";
}
