import { WorkbenchError } from "../../../shared/errors.ts";
import type { Mark } from "../../../shared/schemas/delivery.ts";
import type { Job } from "../../../shared/schemas/job.ts";
import { JOB_RESULTS } from "../../api/job-results.ts";
import type { CommandOutcome } from "./define-command.ts";
import { formatBytes, formatCount, formatDuration } from "./format-units.ts";
import { evidenceText } from "./present-evidence.ts";
import { presentMediaJob } from "./present-media-job.ts";
import { checkText } from "./present-plan-checks.ts";
import { markLines } from "./present-bundle.ts";
import { arrivalFields } from "./present-model.ts";
import { presentReport } from "./present-report.ts";
import { presentVerification, signatureText } from "./present-verification.ts";
import { fieldList, printable } from "./text-table.ts";

/** What a finished job made, named first: its `id` stands at the top of the object. */
export function presentJob(job: Job): CommandOutcome {
  const { kind, result } = job;
  switch (kind) {
    case "model.import":
      return presentImport(job);
    case "quantize":
      return presentQuantize(job);
    case "parity.record": {
      const found = JOB_RESULTS[kind].parse(result);
      return {
        json: { id: found.modelId, parity: found, job },
        text: `Recorded ${formatCount(found.positions)} positions and a greedy answer of ${formatCount(found.greedyTokens)} tokens in ${printable(found.file)}.`,
      };
    }
    case "parity.check":
    case "bench.speed":
    case "bench.compare":
    case "eval.perplexity":
    case "eval.answers": {
      const outcome = presentReport(JOB_RESULTS[kind].parse(result).report);
      return { ...outcome, json: { ...outcome.json, job } };
    }
    case "bundle.create": {
      const { bundle, marks } = JOB_RESULTS[kind].parse(result);
      return {
        json: { id: bundle.id, bundle, marks, job },
        text: `${markText(marks)}${fieldList([["bundle", bundle.id], ["path", bundle.path], ["size", formatBytes(bundle.bytes)], ["model", `${bundle.name} (${bundle.modelId})`], ["digest", bundle.digest]])}\nGive the digest to the receiver over another channel than the bundle.`,
      };
    }
    case "bundle.verify": {
      const { verification, path } = JOB_RESULTS[kind].parse(result);
      return presentVerification(job, verification, path);
    }
    case "bundle.install":
      return presentInstall(job);
    case "bundle.rollback":
      return presentRollback(job);
    case "egress.prove":
      return presentEgress(job);
    case "bundle.split":
    case "bundle.volumes":
    case "bundle.join":
    case "bundle.repair":
    case "bundle.delta":
    case "bundle.apply":
      return presentMediaJob({ ...job, kind });
    case "plan.check": {
      const { check } = JOB_RESULTS[kind].parse(result);
      return { json: { id: check.id, check, job }, text: checkText(check) };
    }
    default:
      return kind satisfies never;
  }
}

const markText = (marks: readonly Mark[]): string => markLines(marks).map((line) => `${line}\n`).join("");

function presentImport(job: Job): CommandOutcome {
  const { model, alreadyPresent, tensors, ignoredMtpTensors, arrival } = JOB_RESULTS["model.import"].parse(job.result);
  const lines = [
    alreadyPresent ? `${model.id} was here already, as ${printable(model.name)}; nothing was kept twice.` : `Imported ${printable(model.name)} as ${model.id}.`,
    fieldList([
      ["family", model.family],
      ["size", formatBytes(model.bytes)],
      ["tensors", `${formatCount(tensors)}${ignoredMtpTensors > 0 ? `, and ${formatCount(ignoredMtpTensors)} of multi-token prediction left out` : ""}`],
      ["files", `${model.directory}${model.owned ? "" : " (in place: they must not change)"}`],
      ["digest", model.digest],
      ...(arrival === undefined ? [] : arrivalFields(arrival)),
    ]),
    `Next: sallyport quantize ${model.id} --recipe int4`,
  ];
  return { json: { id: model.id, model, alreadyPresent, tensors, ignoredMtpTensors, arrival, job }, text: lines.join("\n") };
}

function presentQuantize(job: Job): CommandOutcome {
  const { model, ...made } = JOB_RESULTS.quantize.parse(job.result);
  const lines = [
    made.alreadyPresent ? `${model.id} was here already, as ${printable(model.name)}; nothing was kept twice.` : `Made ${printable(model.name)} as ${model.id}.`,
    fieldList([
      ["recipe", model.recipe ?? ""],
      ["weights", `${formatBytes(made.weightBytes)} from ${formatBytes(made.inputBytes)}`],
      ["time", `${formatDuration(made.seconds)}${made.seconds > 0 ? `, ${formatBytes(Math.round(made.inputBytes / made.seconds))}/s of input` : ""}`],
      ["parity", made.parityRecorded ? "recorded in the package" : "not recorded"],
      ["files", model.directory],
      ["digest", model.digest],
    ]),
    `Next: sallyport run ${model.id} "…"`,
  ];
  return { json: { id: model.id, model, ...made, job }, text: lines.join("\n") };
}

const RUNNING_KEEPS = "Programs that run from the site keep to their version until they are started again.";

function presentRollback(job: Job): CommandOutcome {
  const { modelId, site, version, before, ...rest } = JOB_RESULTS["bundle.rollback"].parse(job.result);
  return {
    json: { id: modelId, switch: { id: modelId, site, version, before, ...rest }, job },
    text: [version === before ? `${version} is current already.` : `${before} → ${version}`, fieldList([["site", site], ["model", modelId]]), RUNNING_KEEPS].join("\n"),
  };
}

function presentEgress(job: Job): CommandOutcome {
  const { evidence, file, digest } = JOB_RESULTS["egress.prove"].parse(job.result);
  const bad = evidence.sockets.filter(({ scope }) => scope === "outside" || scope === "lookup");
  const [first] = bad;
  const error = evidence.verdict === "outside" || evidence.verdict === "unclear"
    ? new WorkbenchError("egress.found", { verdict: evidence.verdict, first: first === undefined ? "" : `${first.family} ${first.address ?? ""}${first.port === null ? "" : ` port ${first.port}`}`, count: evidence.verdict === "outside" ? bad.length : evidence.trace.unreadLines })
    : undefined;
  return { json: { id: digest, egress: { id: digest, evidence, file }, job }, text: evidenceText(evidence, file, digest), ...(error === undefined ? {} : { error }) };
}

function presentInstall(job: Job): CommandOutcome {
  const { modelId, modelDigest, directory, signature, report, marks, site } = JOB_RESULTS["bundle.install"].parse(job.result);
  const isRunHere = modelId.startsWith("pkg-");
  const parity = report === null ? null : presentReport(report);
  if (site !== null) {
    const { version, before, wrote } = site;
    const lines = [
      ...markLines(marks),
      before === version ? `${version} is current already, and whole.` : `Installed ${version}${before === null ? "" : `; before it ${before}`}.`,
      fieldList([["site", site.directory], ["model", modelId], ["smoke test", !isRunHere ? "not run: no package of ours" : wrote === null ? "it generates" : `it writes: Hello${wrote.replaceAll(/\s+/g, " ")}`]]),
      signatureText(signature), parity === null ? "Parity was not checked here." : parity.text,
      RUNNING_KEEPS, before === null || before === version ? (isRunHere ? `Next: sallyport run ${printable(site.directory)} "…"` : `Next: the launch files in ${printable(directory)}/bundle/launch`) : `Back: sallyport bundle rollback --site ${printable(site.directory)}`,
    ];
    return { json: { id: modelId, install: { id: modelId, modelDigest, directory, signature, marks, site }, report, job }, text: lines.join("\n"), ...(parity?.error === undefined ? {} : { error: parity.error }) };
  }
  return {
    json: { id: modelId, install: { id: modelId, modelDigest, directory, signature, marks }, report, job },
    text: [...markLines(marks), `Installed ${modelId} in ${printable(directory)}.`, signatureText(signature), parity === null ? "Parity was not checked here." : parity.text, isRunHere ? `Next: sallyport run ${printable(directory)} "…"` : `Next: the launch files in ${printable(directory)}/bundle/launch`].join("\n"),
    ...(parity?.error === undefined ? {} : { error: parity.error }),
  };
}
