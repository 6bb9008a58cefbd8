import { eventIterator, oc } from "@orpc/contract";
import { z } from "zod";
import { AuditEntry, AuditQuery, AuditVerification } from "./schemas/audit.ts";
import { Bundle, BundleContents, BundleText } from "./schemas/bundle.ts";
import { Change } from "./schemas/change.ts";
import { CompareEvent, CompareRequest, PairSummary, Vote, VoteChoice } from "./schemas/comparison.ts";
import { ChooseAnswer, ChooseRequest } from "./schemas/choice.ts";
import { EngineAddRequest, EngineCheck, EngineCheckRequest, RemoteEngine } from "./schemas/engine.ts";
import { BrowseRequest, FolderListing, Place } from "./schemas/folder.ts";
import { GenerateEvent, GenerateRequest } from "./schemas/generation.ts";
import { Job, SequenceRequest } from "./schemas/job.ts";
import {
  BenchCompareRequest, BenchSpeedRequest, BundleApplyRequest, BundleCreateRequest, BundleDeltaRequest, BundleInstallRequest, BundleJoinRequest, BundleRepairRequest, BundleRollbackRequest, BundleRuntimeRequest, BundleSplitRequest, BundleVerifyRequest, BundleVolumesRequest, EvalAnswersRequest, EvalPerplexityRequest, ImportRequest, ParityCheckRequest,
  ParityRecordRequest, QuantizeRequest,
} from "./schemas/job-requests.ts";
import { ChecksumSource, ImportPreflight } from "./schemas/import-preflight.ts";
import { Machine } from "./schemas/machine.ts";
import { Model } from "./schemas/model.ts";
import { ChatPreview, ChatPreviewRequest, Licence } from "./schemas/model-papers.ts";
import { ModelArithmetic, ModelSpec } from "./schemas/model-spec.ts";
import { ModelExplanation, Plan, PlanCheck, PlanCheckRequest, PlanPreset, PlanRequest } from "./schemas/plan.ts";
import { ReceiptCopy } from "./schemas/receipt.ts";
import { Recipe } from "./schemas/recipe.ts";
import { RecipeBudget, RecipeBudgetRequest } from "./schemas/recipe-budget.ts";
import { RecipePreview } from "./schemas/recipe-preview.ts";
import { PromptsPreview } from "./schemas/prompts-preview.ts";
import { Report } from "./schemas/report.ts";
import { Sample } from "./schemas/sample.ts";
import { Settings } from "./schemas/settings.ts";
import { InstalledSite, SiteInstallPlan, SitePruning } from "./schemas/site-versions.ts";
import { Site } from "./schemas/site.ts";
import { AddSignerRequest, BundleSignAnswer, BundleSignRequest, KeyId, MakeListRequest, NewKeyAnswer, NewKeyRequest, RevocationList, SetPolicyRequest, TrustedSigner, TrustOverview, TrustPolicy } from "./schemas/trust.ts";

const reference = z.strictObject({ model: z.string().min(1) });
const siteReference = z.strictObject({ site: z.string().min(1).max(4096) });
const jobReference = z.strictObject({ id: z.string().min(1) });

/** What `model inspect` answers, for a stored model, a directory or a lone config.json. */
export const ModelInspection = z.strictObject({
  /** null when the thing inspected is not in the store. */
  model: Model.nullable(),
  spec: ModelSpec,
  arithmetic: ModelArithmetic,
  checkpoint: z.strictObject({
    files: z.int(), bytes: z.number(), tensors: z.int(), ignoredMtpTensors: z.int(), dtypes: z.record(z.string(), z.int()), chatTemplate: z.string().nullable(),
  }).nullable(),
  recipe: Recipe.nullable(),
});
export type ModelInspection = z.infer<typeof ModelInspection>;

/**
 * Every call and every stream of the workbench, once. Long work answers with its job at once; `job.watch` streams it to its end.
 * Errors cross as { code, details } (shared/errors.ts).
 */
export const contract = {
  model: {
    import: oc.input(ImportRequest).output(Job),
    /** What an import of this folder would find, in every mode, before a byte moves. */
    preflight: oc.input(z.strictObject({ directory: z.string().min(1).max(4096), checksums: ChecksumSource.default({ from: "folder" }) })).output(ImportPreflight),
    list: oc.output(z.array(Model)),
    inspect: oc.input(reference).output(ModelInspection),
    remove: oc.input(reference).output(Model),
    /** What its chat template makes of a conversation; null: it has none. */
    previewChat: oc.input(ChatPreviewRequest).output(ChatPreview.nullable()),
    /** The licence texts that lie beside its weights. */
    licences: oc.input(reference).output(z.array(Licence)),
  },
  machine: {
    /** This machine, or the one that a capture or a folder of pasted outputs (`from`, absolute) tells of. `measure`: also read memory and the home's disk for a second or two. */
    describe: oc.input(z.strictObject({ from: z.string().min(1).optional(), measure: z.boolean() })).output(Machine),
    sites: oc.output(z.array(Site)),
    /** Reads the record at `from` (absolute) and keeps what it tells. */
    addSite: oc.input(z.strictObject({ from: z.string().min(1).max(4096) })).output(Site),
    removeSite: oc.input(siteReference).output(Site),
    site: oc.input(siteReference).output(Machine),
  },
  plan: {
    make: oc.input(PlanRequest).output(Plan),
    explain: oc.input(reference).output(ModelExplanation),
    /** Runs a plan made for this machine and records what it predicted against what was measured. */
    check: oc.input(PlanCheckRequest).output(Job),
    presets: oc.output(z.array(PlanPreset)),
    records: oc.output(z.array(PlanCheck)),
    resetRecords: oc.output(z.strictObject({ removed: z.int() })),
  },
  quantize: {
    start: oc.input(QuantizeRequest).output(Job),
    presets: oc.output(z.array(Recipe)),
    /** What a recipe would make of a checkpoint, a package's model or a lone config.json, by class of weights. */
    preview: oc.input(z.strictObject({ model: z.string().min(1).max(4096), recipe: Recipe })).output(RecipePreview),
    /** Which presets fit a budget of memory, and which of them loses least as far as is known. */
    budget: oc.input(RecipeBudgetRequest).output(RecipeBudget),
  },
  run: {
    generate: oc.input(GenerateRequest).output(eventIterator(GenerateEvent)),
    /** Two contestants at once, both in one stream. */
    compare: oc.input(CompareRequest).output(eventIterator(CompareEvent)),
  },
  /** Engines elsewhere. An address is spoken to only because a person named it here. */
  engine: {
    list: oc.output(z.array(RemoteEngine)),
    add: oc.input(EngineAddRequest).output(RemoteEngine),
    remove: oc.input(z.strictObject({ engine: z.string().min(1).max(200) })).output(RemoteEngine),
    /** Asks for its models: reachable, let in, the right kind of server. */
    check: oc.input(EngineCheckRequest).output(EngineCheck),
  },
  vote: {
    /** Once for each blind comparison that ran to its end; the answer tells who was who. */
    cast: oc.input(z.strictObject({ comparison: z.string().min(1).max(100), choice: VoteChoice })).output(Vote),
    list: oc.output(z.array(Vote)),
    summary: oc.output(z.array(PairSummary)),
    /** Takes back the latest. */
    undo: oc.output(Vote),
  },
  parity: {
    record: oc.input(ParityRecordRequest).output(Job),
    check: oc.input(ParityCheckRequest).output(Job),
  },
  benchmark: {
    speed: oc.input(BenchSpeedRequest).output(Job),
    /** Two to four contestants by turns under one workload, packages and engines elsewhere alike; a report with paired differences. */
    compare: oc.input(BenchCompareRequest).output(Job),
    /** What a file of prompts holds, before anything is measured. @throws benchmark.promptsInvalid */
    prompts: oc.input(z.strictObject({ file: z.string().min(1).max(4096) })).output(PromptsPreview),
  },
  evaluate: {
    perplexity: oc.input(EvalPerplexityRequest).output(Job),
    /** The same prompts through two packages, always taking the likeliest token: which answers change, and where. */
    answers: oc.input(EvalAnswersRequest).output(Job),
  },
  report: {
    list: oc.input(z.strictObject({ model: z.string().optional() })).output(z.array(Report)),
    get: oc.input(jobReference).output(Report),
  },
  bundle: {
    create: oc.input(BundleCreateRequest).output(Job),
    verify: oc.input(BundleVerifyRequest).output(Job),
    install: oc.input(BundleInstallRequest).output(Job),
    /** Packs the embedded engine of this installation, for bundles that are made on another platform. Some seconds. */
    runtime: oc.input(BundleRuntimeRequest).output(z.strictObject({ path: z.string(), platform: z.string(), components: z.int() })),
    /** Adds a signature at once. The passphrase goes no further than this call. */
    sign: oc.input(BundleSignRequest).output(BundleSignAnswer),
    /** A bundle or a delta onto media of a chosen size. */
    split: oc.input(BundleSplitRequest).output(Job),
    /** Which volumes are here, missing or damaged. */
    volumes: oc.input(BundleVolumesRequest).output(Job),
    join: oc.input(BundleJoinRequest).output(Job),
    repair: oc.input(BundleRepairRequest).output(Job),
    delta: oc.input(BundleDeltaRequest).output(Job),
    apply: oc.input(BundleApplyRequest).output(Job),
    inspect: oc.input(z.strictObject({ bundle: z.string().min(1) })).output(BundleContents),
    /** A file of the delivery, by its path there. */
    text: oc.input(z.strictObject({ bundle: z.string().min(1), path: z.string().min(1).max(1024) })).output(BundleText),
    /** The receipt that a verification left, whatever came of it. `id`: the job's. */
    receipt: oc.input(jobReference).output(ReceiptCopy),
    list: oc.output(z.array(Bundle)),
    installPlan: oc.input(z.strictObject({ bundle: z.string().min(1), site: z.string().min(1).optional(), package: z.string().min(1).max(200).optional(), expectedDigest: z.string().optional() })).output(SiteInstallPlan),
    /** Back, or forward again, to another version that lies at the site. */
    rollback: oc.input(BundleRollbackRequest).output(Job),
    versions: oc.input(z.strictObject({ site: z.string().min(1) })).output(InstalledSite),
    /** Sites in the home, and those that jobs of this home installed at; a folder that is gone is left out. */
    sites: oc.output(z.array(InstalledSite)),
    prune: oc.input(z.strictObject({ site: z.string().min(1), keep: z.int().min(1).max(10_000) })).output(SitePruning),
  },
  egress: {
    /** Runs the main job where nothing can get out, and watches that nothing tries. */
    prove: oc.output(Job),
  },
  /** Whom this site believes. Every change is audited. */
  trust: {
    overview: oc.output(TrustOverview),
    addSigner: oc.input(AddSignerRequest).output(TrustedSigner),
    removeSigner: oc.input(z.strictObject({ name: z.string().min(1) })).output(TrustedSigner),
    /** What is left out stays as it is. */
    setPolicy: oc.input(SetPolicyRequest).output(TrustPolicy),
    makeList: oc.input(MakeListRequest).output(RevocationList),
    importList: oc.input(z.strictObject({ file: z.string().min(1).max(4096) })).output(RevocationList),
    newKey: oc.input(NewKeyRequest).output(NewKeyAnswer),
    newReceiptKey: oc.output(z.strictObject({ keyId: KeyId, pem: z.string() })),
  },
  job: {
    list: oc.output(z.array(Job)),
    get: oc.input(jobReference).output(Job),
    /** The job as it stands, at every change, until it has ended. */
    watch: oc.input(jobReference).output(eventIterator(Job)),
    /** Named by a step that waits, the step of its sequence that runs. */
    cancel: oc.input(jobReference).output(Job),
    /** A stop that is no failure; otherwise as cancel. */
    pause: oc.input(jobReference).output(Job),
    /** One that has stopped, with what it kept aside; steps that waited for it go too. The audit stays as it is. */
    remove: oc.input(jobReference).output(Job),
    /** Several, each when the one before is done, whoever looks on. Answers with all of them. */
    startSequence: oc.input(SequenceRequest).output(z.array(Job)),
    resume: oc.input(jobReference).output(Job),
    /** The last lines its process wrote, as plain text; "" when it wrote none. */
    log: oc.input(jobReference).output(z.string()),
  },
  sample: {
    /** null where the installation came without it. */
    locate: oc.output(Sample.nullable()),
  },
  audit: {
    /** The latest first to be chosen, oldest first as they come; how many there are in all is the id of the last of them. */
    list: oc.input(AuditQuery).output(z.array(AuditEntry)),
    verify: oc.output(AuditVerification),
  },
  /** For pages; the command line has its shell's own means. */
  files: {
    places: oc.output(z.array(Place)),
    /** One folder of the machine that serves, with what Sallyport can make of its entries. */
    browse: oc.input(BrowseRequest).output(FolderListing),
  },
  events: {
    /**
     * Every kind at once, then which kinds have changed, whoever changed them. A browser keeps six connections to a server, for all its tabs together: a
     * page holds this one stream, and only while it is visible, in place of a job.watch for every job.
     */
    watch: oc.output(eventIterator(Change)),
  },
  settings: {
    get: oc.output(Settings),
    /** What is left out stays as it is. */
    set: oc.input(Settings.partial()).output(Settings),
  },
  desktop: {
    /** The system's own dialog, in Electron's window. @throws desktop.missing everywhere else */
    choose: oc.input(ChooseRequest).output(ChooseAnswer),
  },
};
