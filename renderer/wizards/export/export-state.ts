import { MARK_KINDS, Mark } from "../../../shared/schemas/delivery.ts";
import { MEDIA, type Medium, mediumBytes, parseMediumBytes } from "../../../shared/schemas/medium.ts";
import { joinPath } from "../folder/join-path.ts";
import { countIn, oneOf, type Search, textIn, textsIn } from "../frame/use-wizard-state.ts";
import { isWhole, readTarget, type TargetChoice, writeTarget } from "./target-words.ts";

export const EXPORT_STEPS = ["package", "target", "contents", "media", "run", "receipt"] as const;
export type ExportStep = (typeof EXPORT_STEPS)[number];

/** What is asked before anything runs. */
export const CHOOSING_STEPS = ["package", "target", "contents", "media"] as const satisfies readonly ExportStep[];

/** The bundle's folder as it is, media by name, or a size of one's own. */
export const MEDIUM_CHOICES = ["folder", ...(Object.keys(MEDIA) as Medium[]), "own"] as const;
export type MediumChoice = (typeof MEDIUM_CHOICES)[number];

export const MOST_RECOVERY = 32;
const LEAST_MEDIUM_BYTES = 65_536;

export interface ExportState {
  readonly step: ExportStep;
  /** Ids; the first gives the bundle its name. */
  readonly models: readonly string[];
  readonly targets: readonly TargetChoice[];
  /** A target that is being put together. */
  readonly draft: TargetChoice;
  readonly reports: readonly string[];
  readonly marks: readonly Mark[];
  readonly images: readonly string[];
  readonly runtimes: readonly string[];
  /** What the delivery is called; "": as the first model is. */
  readonly title: string;
  /** The folder that the bundle's own is made in. */
  readonly folder: string;
  readonly name: string;
  readonly medium: MediumChoice;
  /** As it is typed: "700MB". */
  readonly size: string;
  readonly recovery: number;
  /** Id of a bundle that the site has already: what travels is the difference to it. */
  readonly base: string;
  /** Path of a private key; "": the bundle is not signed. */
  readonly key: string;
  /** Key id of the signature that was made. */
  readonly signed: string;
  /** Of what comes before a signature, or of everything where there is none. */
  readonly jobs: readonly string[];
  /** Of what comes after it. */
  readonly rest: readonly string[];
}

export function readExportState(search: Search): ExportState {
  const models = textsIn(search, "models", 64);
  const one = textIn(search, "model");
  return {
    step: oneOf(search, "step", EXPORT_STEPS), models: models.length === 0 && one !== "" ? [one] : models, targets: textsIn(search, "targets", 64).map(readTarget).filter(isWhole), draft: readTarget(textIn(search, "draft")),
    reports: textsIn(search, "reports", 1024), marks: textsIn(search, "marks", 16).flatMap((text) => readMark(text) ?? []), images: textsIn(search, "images", 64), runtimes: textsIn(search, "runtimes", 16), title: textIn(search, "title").slice(0, 200),
    folder: textIn(search, "folder"), name: textIn(search, "name"), medium: oneOf(search, "medium", MEDIUM_CHOICES), size: textIn(search, "size"), recovery: countIn(search, "recovery", { least: 0, most: MOST_RECOVERY, usual: 1 }),
    base: textIn(search, "base"), key: textIn(search, "key"), signed: textIn(search, "signed"), jobs: textsIn(search, "jobs", 8), rest: textsIn(search, "rest", 8),
  };
}

/** A change of the state as the address holds it. */
export function addressOf({ targets, draft, marks, models, ...plain }: Partial<ExportState>): Record<string, unknown> {
  return {
    ...plain, ...(models === undefined ? {} : { models, model: "" }), ...(targets === undefined ? {} : { targets: targets.map(writeTarget) }), ...(marks === undefined ? {} : { marks: marks.map(writeMark) }),
    ...(draft === undefined ? {} : { draft: writeTarget(draft) === ":" ? "" : writeTarget(draft) }),
  };
}

/** KIND:TEXT, as the command line takes it. */
export function writeMark({ kind, text }: Mark): string {
  return `${kind}:${text}`;
}

function readMark(words: string): Mark | undefined {
  const kind = MARK_KINDS.find((each) => words.startsWith(`${each}:`));
  return kind === undefined ? undefined : Mark.safeParse({ kind, text: words.slice(kind.length + 1) }).data;
}

/** What one medium holds. null: the bundle stays a folder; undefined: a size that is none. */
export function chosenBytes({ medium, size }: Pick<ExportState, "medium" | "size">): number | null | undefined {
  if (medium === "folder") return null;
  if (medium !== "own") return mediumBytes(medium);
  const bytes = parseMediumBytes(size);
  return bytes !== undefined && bytes >= LEAST_MEDIUM_BYTES ? bytes : undefined;
}

/** Where the bundle will lie; "" while that is open. */
export function targetOf({ folder, name }: Pick<ExportState, "folder" | "name">, usualName: string): string {
  const last = name === "" ? usualName : name;
  return folder === "" || last === "" ? "" : joinPath(folder, last);
}

/** What is made beside the bundle, by its own path. */
export const besides = { receipt: (bundle: string) => `${bundle}-receipt`, volumes: (bundle: string) => `${bundle}-volumes`, delta: (bundle: string) => `${bundle}-delta` } as const;
const ENDINGS = ["", "-receipt.json", "-volumes", "-delta"] as const;

/** Names in the folder that an export under this name would run into. */
export function takenNames(name: string): readonly string[] {
  return ENDINGS.map((ending) => `${name}${ending}`);
}

/** A folder's name on any file system that carries bundles: FAT refuses what Linux takes. */
export function folderName(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}<>:"/\\|?*]+/gu, "-").slice(0, 100).replaceAll(/^[ .-]+|[ .-]+$/g, "");
}
