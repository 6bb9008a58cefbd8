import { z } from "zod";
import { ErrorRecordSchema } from "./job.ts";
import { Sha256 } from "./model-package.ts";

/**
 * Where the checksums of an import come from. folder: a list that lies beside the weights, if there is one; file: a list elsewhere; text: one that was pasted;
 * nowhere: what lies in the folder is not asked either.
 */
export const ChecksumSource = z.discriminatedUnion("from", [
  z.strictObject({ from: z.literal("folder") }),
  z.strictObject({ from: z.literal("nowhere") }),
  z.strictObject({ from: z.literal("file"), file: z.string().min(1).max(4096) }),
  /** As the parser's limit. */
  z.strictObject({ from: z.literal("text"), text: z.string().min(1).max(4 << 20) }),
]);
export type ChecksumSource = z.infer<typeof ChecksumSource>;

/** copy: the store owns the files. link: the store owns hard links to the files, which share their bytes. inPlace: the files stay where they are and must not change. */
export const IMPORT_MODES = ["copy", "link", "inPlace"] as const;
export const ImportMode = z.enum(IMPORT_MODES);
export type ImportMode = z.infer<typeof ImportMode>;

/** What of a chat template a reader should look at twice. The words belong to the hosts. */
export const TEMPLATE_RISKS = ["internals", "attributeByName", "gadget", "otherTemplate", "address", "hiddenCharacters", "readsMessages", "clock", "longText"] as const;
export const TemplateRisk = z.strictObject({
  kind: z.enum(TEMPLATE_RISKS),
  /** From 1. */
  line: z.int().positive(),
  excerpt: z.string(),
});
export type TemplateRisk = z.infer<typeof TemplateRisk>;

export const SurveyedShard = z.strictObject({
  name: z.string(),
  /** extra: a file of weights that no index names: it is not part of the model and stays behind. */
  state: z.enum(["present", "missing", "extra"]),
  bytes: z.number().nullable(),
  tensors: z.int().nullable(),
  /** What its header says against its size, or what else is wrong with it. */
  fault: ErrorRecordSchema.nullable(),
});
export type SurveyedShard = z.infer<typeof SurveyedShard>;

/** Everything that can be known of an import before a byte moves. What is wrong is an answer in here, not an error. */
export const ImportPreflight = z.strictObject({
  directory: z.string(),
  /** As the import would be refused; null: it would begin. */
  refusal: ErrorRecordSchema.nullable(),
  /** Of what would come in; null where that is not known. */
  bytes: z.number().nullable(),
  files: z.int().nullable(),
  shards: z.array(SurveyedShard),
  licences: z.array(z.strictObject({ file: z.string(), bytes: z.number(), /** Its beginning. */ text: z.string() })),
  template: z.strictObject({ source: z.string(), sha256: Sha256, text: z.string(), risks: z.array(TemplateRisk) }).nullable(),
  checksums: z.strictObject({
    source: z.string(),
    sha256: Sha256,
    /** Files that the list names. */
    listed: z.int(),
    /** Of the files that come in: those it names, and those it does not. */
    covered: z.int(),
    uncovered: z.array(z.string()),
    /** Named, and not in the folder. */
    absent: z.array(z.string()),
  }).nullable(),
  space: z.strictObject({ freeBytes: z.number().nullable(), neededBytes: z.record(ImportMode, z.number().nullable()) }),
  /** null: the files can be linked into the store. */
  linkRefusal: ErrorRecordSchema.nullable(),
});
export type ImportPreflight = z.infer<typeof ImportPreflight>;

/** How a checkpoint came in, as the store remembers it. */
export const Arrival = z.strictObject({
  from: z.string(),
  mode: ImportMode,
  checksums: z.strictObject({ source: z.string(), sha256: Sha256, covered: z.int(), uncovered: z.int() }).nullable(),
  /** null: the checkpoint has no chat template. */
  template: z.strictObject({ sha256: Sha256, isApproved: z.boolean() }).nullable(),
});
export type Arrival = z.infer<typeof Arrival>;
