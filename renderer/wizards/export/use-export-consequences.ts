import type { UseQueryResult } from "@tanstack/react-query";
import type { Job } from "../../../shared/schemas/job.ts";
import type { Model } from "../../../shared/schemas/model.ts";
import type { Plan } from "../../../shared/schemas/plan.ts";
import { useJobs, useMachine, useModels, useReports } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import type { Consequence } from "../frame/consequences.tsx";
import { diskOf } from "../plan/disk-of.ts";
import { knownLoss } from "../plan/known-loss.ts";
import { planConsequences } from "../plan/plan-consequences.ts";

/** FAT32's; weights are cut below it, so that any stick takes them. */
const FAT32_LARGEST_BYTES = 2 ** 32 - 1;

export function useExportConsequences(model: Model | undefined, folder: string, plan: UseQueryResult<Plan>): readonly Consequence[] {
  const locale = useLocale();
  const { wizards: { export: words, quantize }, format } = locale;
  const disk = diskOf(useMachine().data, folder);
  const pace = bundlePace(useJobs().data ?? []);
  const loss = knownLoss(model?.parentId ?? "", model?.recipe ?? "", useModels().data ?? [], useReports().data ?? []);
  const free = disk?.freeBytes ?? null;
  const left = free === null || model === undefined ? null : free - model.bytes;
  return [
    { name: words.bytesWritten, value: model === undefined ? null : words.about(format.bytes(model.bytes)), note: model === undefined ? words.choosePackage : words.bytesWhat },
    { name: words.freeAfter, value: left === null ? null : format.bytes(left), tone: left !== null && left < 0 ? "bad" : undefined, note: folder === "" ? words.chooseFolder : free === null ? words.freeUnknown : words.freeNow(format.bytes(free), disk?.filesystem ?? "–") },
    { name: words.largestFile, value: disk === null ? null : disk.largestFileBytes === null ? words.noLimit : format.bytes(disk.largestFileBytes), note: words.largestWhat(format.bytes(FAT32_LARGEST_BYTES)) },
    { name: words.time, value: pace === null || model === undefined ? null : words.about(format.duration(model.bytes / pace)), note: pace === null ? words.noPace : words.paceWhat },
    ...planConsequences(plan, model?.recipe ?? null, locale),
    loss?.against == null ? { name: quantize.loss, value: null, note: words.lossUnknown } : { name: quantize.loss, value: quantize.nats(format.withError(loss.against.klMean.mean, loss.against.klMean.standardError)), note: quantize.lossMeasured(loss.conditions.model.name) },
  ];
}

/** Bytes of a package a second, over the newest bundles made and checked here. */
function bundlePace(jobs: readonly Job[]): number | null {
  const rates = (["bundle.create", "bundle.verify"] as const).map((kind) => rateOf(jobs.filter((job) => job.kind === kind && job.state === "done").slice(0, 5)));
  const [create, verify] = rates;
  return create == null || verify == null ? null : 1 / (1 / create + 1 / verify);
}

function rateOf(jobs: readonly Job[]): number | null {
  let bytes = 0;
  let seconds = 0;
  for (const { progress, startedAt, endedAt } of jobs) {
    if (progress?.unit !== "bytes" || startedAt === null || endedAt === null) continue;
    bytes += progress.total;
    seconds += (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
  }
  return bytes > 0 && seconds > 0 ? bytes / seconds : null;
}
