/**
 * The one error of the workbench, typed by code. Details name the file, the field and what was found, so that a program can act on
 * them; the texts a person reads (and the next step) live with the hosts, keyed by the same code, so that each language has its own.
 */

/** Where in a file something was wrong, and what stood there. `found` is already shortened for display by the thrower. */
export interface Fault {
  readonly file: string;
  readonly field: string;
  readonly found: string;
}

export interface ErrorDetails {
  // --- checkpoint: files on the way in
  "checkpoint.notFound": { file: string };
  "checkpoint.notADirectory": { file: string };
  "checkpoint.configMissing": { file: string };
  "checkpoint.noWeights": { file: string };
  "checkpoint.pickleRefused": { file: string };
  "checkpoint.jsonInvalid": { file: string; reason: string };
  "checkpoint.jsonTooLarge": { file: string; bytes: number; limitBytes: number };
  "checkpoint.fieldInvalid": Fault & { expected: string };
  "checkpoint.headerTooLong": { file: string; bytes: number; limitBytes: number };
  "checkpoint.headerTruncated": { file: string; bytes: number; neededBytes: number };
  "checkpoint.headerInvalid": { file: string; reason: string };
  "checkpoint.tooManyTensors": { file: string; count: number; limit: number };
  "checkpoint.tensorNameInvalid": Fault;
  "checkpoint.dtypeUnsupported": Fault & { supported: string };
  "checkpoint.shapeInvalid": Fault;
  "checkpoint.offsetOutOfBounds": Fault & { fileBytes: number };
  "checkpoint.tensorsOverlap": { file: string; tensor: string; other: string };
  "checkpoint.gapBetweenTensors": { file: string; tensor: string; bytes: number };
  "checkpoint.sizeMismatch": Fault & { expectedBytes: number; foundBytes: number };
  "checkpoint.duplicateName": { file: string; name: string };
  "checkpoint.duplicateTensor": { tensor: string; file: string; otherFile: string };
  "checkpoint.indexPathEscapes": Fault;
  "checkpoint.linkEscapes": { file: string; target: string };
  "checkpoint.shardMissing": { file: string; shard: string };
  "checkpoint.tensorMissing": { tensor: string; directory: string };
  "checkpoint.tensorNotInShard": { tensor: string; file: string };
  "checkpoint.tensorUnexpected": { tensor: string; count: number };
  "checkpoint.tensorShape": { tensor: string; expected: string; found: string };
  "checkpoint.scaleMissing": { tensor: string; scale: string };
  "checkpoint.scaleShape": { tensor: string; expected: string; found: string };
  "checkpoint.valueNotFinite": { tensor: string; file: string; index: number };
  "checkpoint.quantizationUnsupported": Fault & { supported: string };
  "checkpoint.changedDuringRead": { file: string };
  "checkpoint.checksumMismatch": { file: string; expected: string; found: string };
  /** A file on its way in is not what a list of checksums says. */
  "checkpoint.checksumWrong": { file: string; expected: string; found: string; list: string };
  "checkpoint.checksumListInvalid": { file: string; line: number | null; reason: string };
  /** Another template than the one that was read and approved; `found` is "none" where there is none. */
  "checkpoint.templateNotApproved": { file: string; approved: string; found: string };
  "checkpoint.templateInvalid": { file: string; reason: string };
  "checkpoint.tokenizerInvalid": { file: string; reason: string };

  // --- spec: config → ModelSpec
  "spec.architectureUnknown": { found: string; supported: string };
  "spec.fieldMissing": { field: string; family: string };
  "spec.fieldInvalid": { field: string; family: string; found: string; expected: string };
  "spec.featureUnsupported": { field: string; family: string; found: string };

  // --- quantize: recipes and block formats
  "recipe.invalid": { file: string; reason: string };
  "recipe.classUnmatched": { weightClass: string };
  "recipe.unknownPreset": { found: string; known: string };

  // --- graph and package
  "onnx.invalid": { file: string; reason: string };
  "onnx.limitExceeded": { file: string; limit: string; found: number; allowed: number };
  "package.notFound": { file: string };
  "package.invalid": { file: string; reason: string };
  "package.fileMissing": { file: string };
  "package.fileChanged": { file: string; expected: string; found: string };
  "package.newerFormat": { file: string; found: number; supported: number };

  // --- runtime
  "runtime.contextExceeded": { neededTokens: number; limitTokens: number };
  "runtime.cacheExceeded": { neededTokens: number; bytesPerToken: number; neededBytes: number; limitBytes: number };
  "runtime.tokenOutOfRange": { tokenId: number; vocabSize: number };
  "runtime.promptEmpty": Record<string, never>;
  "runtime.engineExited": { exitCode: number | null; signal: string | null; log: string };
  "runtime.engineFailed": { reason: string };
  "runtime.notLoaded": Record<string, never>;
  "runtime.noTokenizer": { model: string };
  "runtime.noChatTemplate": { model: string };
  "runtime.templateFailed": { model: string; reason: string };
  "runtime.samplingInvalid": { field: string; found: string; expected: string };
  "runtime.constraintStuck": Record<string, never>;

  // --- parity, measuring
  "parity.noRecord": { model: string };
  "parity.recordInvalid": { file: string; reason: string };
  "parity.failed": { model: string; maxAbsoluteDelta: number; toleranceAbsolute: number; firstDivergingToken: number | null };
  "evaluate.textTooShort": { file: string; tokens: number; neededTokens: number };
  /** line: from 1; null: the file as a whole. */
  "benchmark.promptsInvalid": { file: string; line: number | null; field: string; found: string; expected: string };
  "benchmark.tooManyRuns": { runs: number; limit: number };
  "evaluate.vocabularyDiffers": { model: string; against: string };

  // --- plan
  "plan.machineInvalid": { file: string; reason: string };
  "plan.newerMachine": { file: string; found: number; supported: number };
  "plan.unknownPreset": { found: string; known: string };
  "plan.nothingToPlanOn": { machine: string };
  "plan.goalInvalid": { field: string; found: string; expected: string };
  "plan.contextBeyondModel": { contextTokens: number; maxPositions: number };
  "plan.figuresInvalid": { file: string; reason: string };
  "plan.fileInvalid": { file: string; reason: string };
  "plan.newerFormat": { file: string; found: number; supported: number };
  /** `reason`: otherModel, otherMachine, notLive, noEmbedded, doesNotFit, notPackage. */
  "plan.notCheckable": { file: string; reason: string };

  // --- bundle
  "bundle.notFound": { file: string };
  "bundle.layoutInvalid": { file: string; reason: string };
  "bundle.blobMissing": { file: string; digest: string };
  "bundle.blobChanged": { file: string; expected: string; found: string };
  "bundle.blobSizeMismatch": { file: string; expectedBytes: number; foundBytes: number };
  "bundle.pathEscapes": { file: string; found: string };
  "bundle.entryRefused": { file: string; reason: string };
  "bundle.unexpectedFile": { file: string };
  "bundle.mediaTypeUnknown": { file: string; found: string };
  "bundle.digestMismatch": { expected: string; found: string };
  "bundle.targetExists": { file: string };
  "bundle.quotaExceeded": { file: string; bytes: number; limitBytes: number };
  "bundle.volumeSizeUnfit": { mediumBytes: number; bytes: number; limit: number };
  "bundle.volumesNotFound": { folders: string };
  "bundle.volumesInvalid": { file: string; reason: string };
  "bundle.volumeForeign": { file: string; expected: string; found: string };
  "bundle.volumeDamaged": { file: string; reason: string };
  "bundle.volumesMissing": { missing: string; damaged: string; neededVolumes: number };
  "bundle.deltaInvalid": { file: string; reason: string };
  "bundle.deltaOtherBase": { expected: string; found: string };
  "bundle.deltaEmpty": { digest: string };
  /** Of several packages none was named, or one that is not there. */
  "bundle.packageNotFound": { found: string; known: string };
  /** The bill of materials says something else than what lies there. */
  "bundle.billDiffers": { component: string; expected: string; found: string };
  "bundle.targetInvalid": { target: string; reason: string };
  "bundle.targetDoesNotFit": { target: string; needBytes: number; haveBytes: number };
  "bundle.imageInvalid": { file: string; reason: string };
  "bundle.runtimeInvalid": { file: string; reason: string };
  "bundle.sumsInvalid": { file: string; reason: string };

  // --- trust: keys, signatures, lists
  "trust.keyRefused": { file: string; reason: string };
  "trust.passphraseNeeded": { file: string };
  "trust.passphraseWrong": { file: string };
  "trust.certificateInvalid": { file: string; subject: string; reason: string };
  "trust.certificateExpired": { file: string; subject: string; validFrom: string; validTo: string; at: string };
  "trust.notSigned": { file: string };
  "trust.alreadySigned": { file: string; keyId: string };
  "trust.signatureInvalid": { file: string; reason: string };
  "trust.signatureMismatch": { file: string; keyId: string };
  "trust.formatOutdated": { file: string; found: string; supported: string };
  "trust.algorithmRefused": { file: string; found: string; supported: string };
  "trust.duplicateName": { file: string; name: string };
  /** `kind`: unsigned (it lies there and nobody signed it), missing, changed. */
  "trust.contentDiffers": { file: string; name: string; kind: string };
  "trust.otherBundle": { file: string; expected: string; found: string };
  "trust.earlierSignatureMissing": { file: string; missing: string };
  "trust.signerUnknown": { file: string; keyId: string; subject: string | null };
  "trust.notEntitled": { file: string; signer: string; purpose: string; model: string };
  "trust.keyRevoked": { file: string; keyId: string; issuer: string; reason: string };
  "trust.keyExpired": { file: string; keyId: string; issuer: string; notAfter: string };
  "trust.bundleRevoked": { digest: string; issuer: string; reason: string };
  "trust.tooFewSignatures": { release: number; neededRelease: number; approve: number; neededApprove: number };
  "trust.listInvalid": { file: string; reason: string };
  "trust.listSignerUnknown": { file: string; keyId: string };
  "trust.listOutdated": { file: string; issuer: string; found: number; known: number };
  "trust.listExpired": { issuer: string; validUntil: string };
  "trust.policyDowngrade": { asked: string; policy: string };
  "trust.storeInvalid": { file: string; reason: string };
  "trust.signerExists": { name: string };
  "trust.signerNotFound": { name: string };
  /** Without it the list of `issuer` could no longer be believed. */
  "trust.signerInUse": { name: string; issuer: string };

  // --- site: versions of an installed model
  "site.notFound": { file: string };
  "site.invalid": { file: string; reason: string };
  "site.locked": { file: string; pid: number; host: string };
  /** version: a name, or "before" or "after" the current one. */
  "site.versionNotFound": { file: string; version: string };
  "site.versionDamaged": { file: string; reason: string };

  // --- egress
  /** Neither a namespace without a network nor a trace of system calls can be had here, so nothing could be said. */
  "egress.cannotWatch": { namespace: string; trace: string };
  "egress.jobFailed": { command: string; exitCode: number; log: string };
  "egress.found": { verdict: string; first: string; count: number };

  // --- store, jobs, audit
  "store.newerSchema": { file: string; found: number; supported: number };
  "store.locked": { file: string };
  "store.notFound": { kind: string; reference: string };
  "store.ambiguous": { kind: string; reference: string; matches: string };
  "store.inUse": { id: string; by: string };
  "job.notResumable": { id: string; state: string };
  "job.notCancellable": { id: string; state: string };
  "job.notRemovable": { id: string; state: string };
  "job.alreadyRunning": { id: string; pid: number };
  "job.crashed": { id: string; exitCode: number | null; signal: string | null; log: string };
  "job.cancelled": { id: string };
  "audit.broken": { entry: number; reason: string };

  // --- serving
  "server.queueFull": { waiting: number; limit: number; retryAfterSeconds: number };
  "server.draining": { retryAfterSeconds: number };
  "server.cannotListen": { address: string; reason: string };
  /** The pages have not been built. */
  "server.pagesMissing": { directory: string };
  "server.notRunning": { directory: string };
  /** An HTTP request that is not what the API takes. `param`: the field at fault; `kind`: a word for programs. */
  "server.requestRefused": { status: number; kind: string; param: string | null; reason: string };

  // --- engines that the user named
  "engine.addressInvalid": { found: string; expected: string };
  "engine.nameInvalid": { found: string };
  "engine.nameTaken": { name: string };
  /** The server offers several models, or none, and none was chosen. */
  "engine.modelUnchosen": { url: string; models: string };
  "engine.unreachable": { url: string; reason: string };
  "engine.silent": { url: string; seconds: number };
  "engine.refused": { url: string; status: number; reason: string };
  "engine.redirected": { url: string; status: number; to: string };
  "engine.notOpenAi": { url: string; found: string };
  "engine.tooLarge": { url: string; what: string; limitBytes: number };
  "engine.cutOff": { url: string; reason: string };
  /** The server began an answer and then reported a fault of its own. */
  "engine.failed": { url: string; reason: string };
  /** Two packages side by side, and memory for one. */
  "engine.noRoomBeside": { models: string; neededBytes: number; usableBytes: number };

  // --- blind votes
  /** Voted already, cut short, or from before the workbench was started. */
  "vote.notOpen": { comparison: string };
  "vote.none": Record<string, never>;

  // --- records of machines that are elsewhere
  "machine.captureNotFound": { file: string };
  "machine.captureInvalid": Fault & { expected: string };
  "machine.captureArchived": { file: string };
  "machine.newerCapture": { file: string; found: number; supported: number };
  "machine.captureTooLarge": { file: string; bytes: number; limitBytes: number };
  "machine.captureTooManyFiles": { file: string; count: number; limit: number };
  /** The script did not bring back a whole document from this machine. */
  "machine.captureFailed": { reason: string };

  // --- the machine and the caller
  "files.noSpace": { file: string; neededBytes: number | null; freeBytes: number | null };
  "files.notPermitted": { file: string; operation: string };
  "files.readFailed": { file: string; reason: string };
  "files.alreadyExists": { file: string };
  "files.notFound": { file: string };
  /** Hard links end at a file system's border, and some have none. */
  "files.linkImpossible": { file: string; to: string; reason: string };
  "files.notADirectory": { file: string };
  /** Asked where there is no window of ours: a browser, a command. */
  "desktop.missing": Record<string, never>;
  "usage.invalid": { reason: string };
  "internal.unexpected": { reason: string };
}

export type ErrorCode = keyof ErrorDetails;

/** What crosses a process or a wire in place of the error object. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown>;
}

export class WorkbenchError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = "WorkbenchError";
  readonly code: C;
  readonly details: ErrorDetails[C];

  constructor(code: C, details: ErrorDetails[C], options?: { cause?: unknown }) {
    super(`${code} ${JSON.stringify(details)}`, options);
    this.code = code;
    this.details = details;
  }

  toRecord(): ErrorRecord {
    return { code: this.code, details: this.details as Record<string, unknown> };
  }
}

/** Rebuilds an error that came over a process border. The record was written by `toRecord`, on our own side of it. */
export function errorFromRecord(record: ErrorRecord): WorkbenchError {
  return new WorkbenchError(record.code, record.details as never);
}

/** Wraps anything thrown, once, at an edge; a WorkbenchError passes through untouched. */
export function asWorkbenchError(thrown: unknown): WorkbenchError {
  if (thrown instanceof WorkbenchError) return thrown;
  const reason = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new WorkbenchError("internal.unexpected", { reason }, { cause: thrown });
}
