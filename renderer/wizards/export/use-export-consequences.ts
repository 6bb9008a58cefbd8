import type { Job } from "../../../shared/schemas/job.ts";
import type { Model } from "../../../shared/schemas/model.ts";
import type { EngineOption } from "../../../shared/schemas/plan.ts";
import { useJobs, useMachine } from "../../queries.ts";
import { readError } from "../../read-error.ts";
import { errorText } from "../../texts/error-text.ts";
import { type Locale, useLocale } from "../../texts/locale.tsx";
import { isolated } from "../../texts/shown-text.ts";
import type { Consequence } from "../frame/consequences.tsx";
import { diskOf } from "../plan/disk-of.ts";
import { chosenBytes, type ExportState } from "./export-state.ts";
import { neededKind, type TargetChoice } from "./target-words.ts";
import { useMachineName } from "./use-machine-name.ts";
import type { TargetOutlook } from "./use-target-plan.ts";

/** FAT32's; weights are cut below it, so that any stick takes them. */
const FAT32_LARGEST_BYTES = 2 ** 32 - 1;

/** What each answer leads to; what is being decided stands first. */
export function useExportConsequences(state: ExportState, models: readonly Model[], outlook: TargetOutlook): readonly Consequence[] {
  const locale = useLocale();
  const shown = state.draft.machine === "" ? state.targets.at(-1) : state.draft;
  const machine = useMachineName(shown?.machine ?? "");
  const disk = diskOf(useMachine().data, state.folder);
  const pace = bundlePace(useJobs().data ?? []);
  const bytes = models.length === 0 ? null : models.reduce((sum, model) => sum + model.bytes, 0);
  const written = bytes === null ? null : writtenBytes(bytes, state);
  const free = disk?.freeBytes ?? null;
  const left = free === null || written === null ? null : free - written;
  const { wizards: { export: words }, format } = locale;
  const plan = planOf(shown, machine, outlook, locale);
  const carried: Consequence[] = [
    { name: words.bytesWritten, value: written === null ? null : (hasMore(state) ? words.atLeast : words.about)(format.bytes(written)), note: bytes === null ? words.choosePackage : hasMore(state) ? words.bytesOnTop : written === bytes ? words.bytesWhat : words.bytesTwice },
    { name: words.freeAfter, value: left === null ? null : format.bytes(left), tone: left !== null && left < 0 ? "bad" : undefined, note: state.folder === "" ? words.chooseFolder : free === null ? words.freeUnknown : words.freeNow(format.bytes(free), disk?.filesystem ?? "–") },
    mediaOf(bytes, state, locale),
    { name: words.largestFile, value: disk === null ? null : disk.largestFileBytes === null ? words.noLimit : format.bytes(disk.largestFileBytes), note: words.largestWhat(format.bytes(FAT32_LARGEST_BYTES)) },
    { name: words.time, value: pace === null || bytes === null ? null : words.about(format.duration(bytes / pace)), note: pace === null ? words.noPace : words.paceWhat },
    { name: words.signature, value: state.key === "" ? words.unsigned : words.byKey, note: state.key === "" ? words.unsignedWhat : words.signedThen },
  ];
  return state.step === "media" || state.step === "run" || state.step === "receipt" ? [...carried, ...plan] : [...plan, ...carried];
}

/** Whose bytes are only known when they are packed: saved images, and the engine with its Node. */
function hasMore({ targets, images, runtimes }: ExportState): boolean {
  return images.length > 0 || runtimes.length > 0 || targets.some(({ kind }) => kind === "onnx");
}

/** The bundle, and the volumes that are made of it. */
function writtenBytes(bytes: number, state: ExportState): number {
  const medium = chosenBytes(state);
  return medium == null ? bytes : bytes * 2 + state.recovery * Math.min(medium, bytes);
}

function mediaOf(bytes: number | null, state: ExportState, { wizards: { export: words }, format }: Locale): Consequence {
  const medium = chosenBytes(state);
  if (medium === null) return { name: words.mediaCount, value: words.oneFolder, note: words.oneFolderWhat };
  if (medium === undefined || bytes === null) return { name: words.mediaCount, value: null, note: medium === undefined ? words.sizeWrong : words.choosePackage };
  const count = Math.max(1, Math.ceil(bytes / medium));
  const name = state.base === "" ? words.mediaCount : words.mediaCountMost;
  return { name, value: (hasMore(state) ? words.atLeast : words.about)(words.volumesOf(format.count(count), format.count(state.recovery), format.bytes(Math.min(medium, bytes)))), note: words.mayBeLost(format.count(state.recovery)) };
}

/** The plan's verdict on the target that is being put together, with its arithmetic. */
function planOf(target: TargetChoice | undefined, machine: string, outlook: TargetOutlook, locale: Locale): readonly Consequence[] {
  const { wizards: { export: words, plan: planWords }, format } = locale;
  const unknown = (note: string): readonly Consequence[] => [{ name: words.verdict, value: null, note }, { name: planWords.memory, value: null }, { name: planWords.speed, value: null }];
  if (target === undefined || target.kind === "") return unknown(target === undefined || target.machine === "" ? words.noTarget : words.chooseEngine);
  const option = outlook.optionOf(target.kind);
  if (option === undefined) {
    if (outlook.modelOf(target.kind) === undefined) return unknown(words.needs[neededKind(target.kind)]);
    return unknown(outlook.error === null ? planWords.planning : errorText(readError(outlook.error), locale).what);
  }
  const { arrangement, verdict } = option;
  const speed = arrangement?.speed ?? null;
  const memory = arrangement?.memory;
  return [
    { name: words.verdict, value: words.verdicts[verdict.kind], tone: verdict.kind === "fits" || verdict.kind === "fitsWith" ? "good" : "bad", note: words.engineOn(isolated(words.engines[target.kind]), isolated(machine)) },
    ...arithmetic(option, { words, format }),
    {
      name: planWords.memory, value: memory === undefined ? null : planWords.memoryOf(format.bytes(memory.usedBytes), format.bytes(memory.capacityBytes)),
      note: arrangement === null ? undefined : words.eachOf(format.count(arrangement.parallelism.devices), isolated(arrangement.precision.name), format.count(arrangement.contextTokens)),
    },
    {
      name: planWords.speed, value: speed === null ? null : planWords.tokensPerSecond(planWords.range(format.number(speed.decodeTokensPerSecond.low), format.number(speed.decodeTokensPerSecond.high))),
      note: speed === null ? planWords.noBandwidth : speed.band.from === "records" ? planWords.bandFromRecords(format.count(speed.band.records)) : planWords.bandFromPrior,
    },
  ];
}

function arithmetic({ verdict, obstacles }: EngineOption, { words, format }: { readonly words: Locale["wizards"]["export"]; readonly format: Locale["format"] }): readonly Consequence[] {
  switch (verdict.kind) {
    case "fits":
      return [];
    case "fitsWith":
      return [{ name: words.changed, value: verdict.changes.map((change) => {
        switch (change.kind) {
          case "context":
            return words.contextOf(format.count(change.tokens));
          case "concurrency":
            return words.sequencesOf(format.count(change.sequences));
          case "cacheBits":
            return words.cacheBits(format.count(change.bits));
          case "precision":
            return words.precisionOf(isolated(change.from), isolated(change.to));
          case "nodes":
            return words.nodesOf(format.count(change.nodes));
          default:
            return change satisfies never;
        }
      }).join(" · ") }];
    case "doesNotFit":
      return [{ name: words.missing, value: format.bytes(verdict.needBytes - verdict.haveBytes), tone: "bad", note: words.needHave(format.bytes(verdict.needBytes), format.bytes(verdict.haveBytes)) }];
    case "cannotRun":
      return [{ name: words.obstacles, value: [...new Set(obstacles.map(({ code }) => code))].join(", ") || null }];
    default:
      return verdict satisfies never;
  }
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
