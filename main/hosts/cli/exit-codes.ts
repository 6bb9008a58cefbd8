import type { ErrorCode } from "../../../shared/errors.ts";

/** What the command's exit status means. Stable: scripts rely on it. The help prints this table. */
export const EXIT_CODES = {
  ok: { status: 0, meaning: "done" },
  failed: { status: 1, meaning: "the work failed, or its answer is no: parity not held, bundle not intact, engine stopped" },
  usage: { status: 2, meaning: "the command line or a setting is wrong" },
  notFound: { status: 3, meaning: "no such model, job, file or bundle" },
  refused: { status: 4, meaning: "the input was refused: broken, hostile or not supported" },
  machine: { status: 5, meaning: "no space, no permission, or the disk failed" },
  inTheWay: { status: 6, meaning: "something is in the way: in use, already there, already running" },
  notSigned: { status: 7, meaning: "a bundle is whole, but nobody signed it, and the site's policy asks who did" },
  signatureWrong: { status: 8, meaning: "a bundle's signature is wrong: another key, another content, expired, revoked, or not enough of them" },
  cancelled: { status: 130, meaning: "cancelled or paused" },
} as const;

export type ExitReason = keyof typeof EXIT_CODES;

/** Codes whose reason is not their area's. */
const BY_CODE: Partial<Record<ErrorCode, ExitReason>> = {
  "checkpoint.notFound": "notFound",
  "package.notFound": "notFound",
  "bundle.notFound": "notFound",
  "store.notFound": "notFound",
  "store.ambiguous": "usage",
  "usage.invalid": "usage",
  "recipe.unknownPreset": "usage",
  "runtime.samplingInvalid": "usage",
  "runtime.promptEmpty": "usage",
  "runtime.tokenOutOfRange": "refused",
  "runtime.cacheExceeded": "refused",
  "runtime.contextExceeded": "refused",
  "runtime.noTokenizer": "refused",
  "runtime.noChatTemplate": "refused",
  "runtime.templateFailed": "refused",
  "package.fileChanged": "failed",
  "package.fileMissing": "failed",
  "parity.noRecord": "refused",
  "parity.recordInvalid": "refused",
  "bundle.blobMissing": "failed",
  "bundle.blobChanged": "failed",
  "bundle.blobSizeMismatch": "failed",
  "bundle.unexpectedFile": "failed",
  "bundle.digestMismatch": "failed",
  "bundle.sumsInvalid": "failed",
  "trust.notSigned": "notSigned",
  "trust.keyRefused": "refused",
  "trust.passphraseNeeded": "usage",
  "trust.passphraseWrong": "usage",
  "trust.policyDowngrade": "usage",
  "trust.alreadySigned": "inTheWay",
  "trust.listInvalid": "refused",
  "trust.listSignerUnknown": "refused",
  "trust.listOutdated": "refused",
  "trust.storeInvalid": "refused",
  "trust.signerExists": "inTheWay",
  "trust.signerInUse": "inTheWay",
  "trust.signerNotFound": "notFound",
  "bundle.targetExists": "inTheWay",
  "bundle.volumesNotFound": "notFound",
  "bundle.volumesMissing": "failed",
  "bundle.volumeDamaged": "failed",
  "bundle.volumeSizeUnfit": "usage",
  "bundle.deltaEmpty": "usage",
  "bundle.packageNotFound": "usage",
  "bundle.billDiffers": "failed",
  "bundle.targetInvalid": "usage",
  "site.notFound": "notFound",
  "site.versionNotFound": "notFound",
  "site.versionDamaged": "failed",
  "site.locked": "inTheWay",
  "egress.cannotWatch": "machine",
  "files.alreadyExists": "inTheWay",
  "store.locked": "inTheWay",
  "store.inUse": "inTheWay",
  "store.newerSchema": "refused",
  "job.crashed": "failed",
  "plan.unknownPreset": "usage",
  "plan.goalInvalid": "usage",
  "plan.contextBeyondModel": "usage",
  "job.cancelled": "cancelled",
  "engine.addressInvalid": "usage",
  "engine.nameInvalid": "usage",
  "engine.modelUnchosen": "usage",
  "engine.nameTaken": "inTheWay",
  "engine.noRoomBeside": "machine",
  "vote.none": "notFound",
};

/** The area, the part of a code before its dot, decides the rest. A new area without a line here counts as failed work. */
const BY_AREA: Readonly<Record<string, ExitReason>> = {
  checkpoint: "refused", spec: "refused", recipe: "refused", onnx: "refused", package: "refused", evaluate: "refused", benchmark: "refused", plan: "refused", bundle: "refused", site: "refused",
  trust: "signatureWrong", files: "machine", job: "inTheWay", store: "failed", runtime: "failed", parity: "failed", audit: "failed", engine: "failed", vote: "inTheWay", egress: "failed", internal: "failed", usage: "usage",
};

export function exitStatus(code: ErrorCode): number {
  const reason = BY_CODE[code] ?? BY_AREA[code.split(".")[0] ?? ""] ?? "failed";
  return EXIT_CODES[reason].status;
}
