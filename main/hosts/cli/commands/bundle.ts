import { basename, join } from "node:path";
import { MARK_KINDS, type Mark, TARGET_KINDS } from "../../../../shared/schemas/delivery.ts";
import { type Command, Option } from "commander";
import type { ErrorCode } from "../../../../shared/errors.ts";
import { LANGUAGES } from "../../../../shared/schemas/settings.ts";
import { SignaturePurpose, TRUST_MODES, type TrustMode } from "../../../../shared/schemas/trust.ts";
import { defineCommand, defineGroup, detachOption, type DetachOptions, type Execute } from "../define-command.ts";
import { followJob } from "../follow-job.ts";
import { formatBytes, formatTime } from "../format-units.ts";
import { parseMark, parseTarget, TARGET_FIELDS, type TargetWords } from "../parse-target.ts";
import { presentBundleContents } from "../present-bundle.ts";
import { passphraseOption, type PassphraseOptions, readPassphrase } from "../read-passphrase.ts";
import { fieldList, textTable } from "../text-table.ts";
import { addMediaCommands } from "./bundle-media.ts";
import { addSiteCommands, planText } from "./bundle-site.ts";

interface CreateOptions extends DetachOptions {
  readonly out?: string;
  readonly name?: string;
  readonly target?: readonly TargetWords[];
  readonly mark?: readonly Mark[];
  readonly image?: readonly string[];
  readonly runtime?: readonly string[];
  readonly report?: readonly string[];
}
interface ReceivingOptions extends DetachOptions {
  readonly digest?: string;
  readonly policy?: TrustMode;
}
interface VerifyOptions extends ReceivingOptions {
  readonly receipt?: string;
  readonly egress?: string;
  readonly language?: (typeof LANGUAGES)[number];
}
interface SignOptions extends PassphraseOptions {
  readonly key: string;
  readonly certificate?: string;
  readonly as?: SignaturePurpose;
  readonly verify: boolean;
}
interface InstallOptions extends ReceivingOptions {
  readonly to?: string;
  readonly site?: string;
  readonly package?: string;
  readonly plan?: boolean;
  readonly parity: boolean;
}

/** An option that may be given again; each value is parsed by itself. */
function repeated<T>(flags: string, description: string, parse: (text: string) => T): Option {
  return new Option(flags, description).argParser((text: string, earlier: readonly T[] | undefined) => [...(earlier ?? []), parse(text)]);
}

const policyOption = (): Option => new Option("--policy <mode>", "ask for more than the site's policy does, this once").choices(TRUST_MODES);
const digestOption = (): Option => new Option("--digest <sha256:…>", "the digest its sender told you; anything else is refused");

export function addBundleCommands(program: Command, execute: Execute): void {
  const group = defineGroup(program, "bundle", "seal a package for a site without a network, check and install it there", [["sallyport bundle create DeepSeek-V2-Lite-int4 --out /media/usb/deepseek", "at the sender"], ["sallyport bundle install /media/usb/deepseek --site /srv/deepseek", "at the receiver"], ["sallyport bundle rollback --site /srv/deepseek", "to the version before"]]);
  addCreateAndList(group, execute);
  addSign(group, execute);
  addReceiving(group, execute);
  addMediaCommands(group, execute);
  addSiteCommands(group, execute);
}

function addCreateAndList(group: Command, execute: Execute): void {
  defineCommand<CreateOptions>(group, execute, {
    usage: "create <models...>",
    summary: "pack packages, checkpoints and what sites need to run them",
    description: [
      "Writes an OCI image layout with ModelPack manifests: packages with lineage and parity record, checkpoints untouched, a bill of materials (CycloneDX), model cards, licences. The same inputs give the same digest.",
      `A target is ENGINE:MACHINE[,name=value…]. Engines: ${TARGET_KINDS.join(", ")}. The machine is "here", a preset ("sallyport plan machines") or a site file. Names: ${Object.keys(TARGET_FIELDS).join(", ")}. Each target is planned for its machine and gets its launch files: systemd unit, compose file, Kubernetes manifest, MindIE's config.json, and a preflight.sh that compares the machine with its profile.`,
      "onnx is the embedded engine: its Node and runtime travel along, and the site installs nothing.",
    ].join("\n\n"),
    options: [
      new Option("--out <directory>", "where to write it (the home's bundles folder, unless said)"),
      new Option("--name <name>", "what the delivery is called (the first model's name, unless said)"),
      repeated("--target <engine:machine>", "an engine on a machine; may be given again", parseTarget),
      repeated("--mark <text>", `a mark for every receipt, as KIND:TEXT (${MARK_KINDS.join(", ")}) or TEXT; may be given again`, parseMark),
      repeated("--image <file>", "a container image saved with docker save, or an OCI archive; may be given again", String),
      repeated("--runtime <file>", 'the embedded engine for another platform, from "bundle runtime"; may be given again', String),
      repeated("--report <id>", "a report on one of the models; may be given again", String),
      detachOption(),
    ],
    examples: [
      ["sallyport bundle create DeepSeek-V2-Lite-int4 --out /media/usb/deepseek", "straight to a medium"],
      ["sallyport bundle create DeepSeek-V2-Lite-int4 --target onnx:./site-7.json --mark \"export-control:EAR99\"", "with the engine inside, for a machine without anything"],
      ["sallyport bundle create ./DeepSeek-R1 --target vllm:h200x8,context=32768,concurrency=64 --target vllm-ascend:./site-9.json,nodes=2 --image vllm.tar", "an original checkpoint, for two sites"],
    ],
    run: async (session, [first = "", ...further], { out, name, target = [], mark = [], image = [], runtime = [], report = [], ...options }) => {
      const { client } = await session.connect();
      const targets = target.map(({ machine, model, ...words }) => ({ ...words, machine: /[\\/]/.test(machine) || /\.(json|txt)$/i.test(machine) ? session.path(machine) : machine, ...(model === undefined ? {} : { model: session.reference(model) }) }));
      const job = await client.bundle.create({
        model: session.reference(first), models: further.map((each) => session.reference(each)), out: out === undefined ? join(session.home.bundles, basename(session.reference(first))) : session.path(out),
        ...(name === undefined ? {} : { name }), targets, marks: [...mark], images: image.map((file) => session.path(file)), runtimes: runtime.map((file) => session.path(file)), reports: [...report],
      });
      return followJob(session, job, options);
    },
  });

  defineCommand<{ readonly out: string }>(group, execute, {
    usage: "runtime",
    summary: "pack the embedded engine of this machine for bundles made elsewhere",
    options: [new Option("--out <file>", "the archive to write").makeOptionMandatory()],
    examples: [["sallyport bundle runtime --out linux-arm64.tar", 'on a machine like the site\'s; "bundle create --runtime linux-arm64.tar" takes it']],
    run: async (session, _positional, { out }) => {
      const made = await (await session.connect()).client.bundle.runtime({ out: session.path(out) });
      return { json: { runtime: made }, text: fieldList([["runtime", made.path], ["platform", made.platform], ["components", String(made.components)]]) };
    },
  });

  defineCommand(group, execute, {
    usage: "ls",
    summary: "list the bundles made here, and the sites where bundles were installed",
    examples: [["sallyport bundle ls", "where they are, and their digests"]],
    run: async (session) => {
      const { client } = await session.connect();
      const [bundles, sites] = [await client.bundle.list(), await client.bundle.sites()];
      const text = bundles.length === 0
        ? "No bundles yet. Make one: sallyport bundle create <model>"
        : textTable([{ title: "ID" }, { title: "MODEL" }, { title: "SIZE", align: "right" }, { title: "MADE" }, { title: "PATH" }],
          bundles.map((bundle) => [bundle.id, bundle.name, formatBytes(bundle.bytes), formatTime(bundle.createdAt), bundle.path]));
      const installed = sites.length === 0 ? "" : `\n\n${textTable([{ title: "SITE" }, { title: "VERSION" }, { title: "SINCE" }, { title: "VERSIONS", align: "right" }], sites.map(({ directory, current, versions }) => [directory, current?.version ?? "none", current === null ? "" : formatTime(current.at), String(versions.length)]))}`;
      return { json: { bundles, sites }, text: `${text}${installed}` };
    },
  });
}

/** Where the site enforces its policy, these are why somebody signs. */
const TO_BE_SIGNED: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["trust.notSigned", "trust.tooFewSignatures"]);

function addSign(group: Command, execute: Execute): void {
  defineCommand<SignOptions>(group, execute, {
    usage: "sign <bundle>",
    summary: "vouch for a bundle with a key",
    description: "Verifies the bundle, then adds a signature in the OpenSSF Model Signing format and one over SHA256SUMS that openssl checks. Earlier signatures stay, and the new one names them.\n\nThe passphrase is asked for at the terminal, or read from --passphrase-file or $SALLYPORT_PASSPHRASE; it is never an argument, which others could see.",
    options: [
      new Option("--key <file>", "private key as PEM: EC P-256 or P-384").makeOptionMandatory(), new Option("--certificate <file>", "the key's certificate as PEM, with those between it and its authority"),
      new Option("--as <purpose>", "release a bundle as its maker, or approve it at a border (release where nobody has signed yet, approve otherwise)").choices(SignaturePurpose.options),
      new Option("--no-verify", "sign without reading every byte first"), passphraseOption(),
    ],
    examples: [["sallyport bundle sign /media/usb/deepseek --key release.pem", "its maker"], ["sallyport bundle sign /media/usb/deepseek --key border.pem --certificate border-chain.pem", "again at a border"]],
    run: async (session, [bundle = ""], options) => {
      const { client } = await session.connect();
      const reference = session.reference(bundle);
      const key = session.path(options.key);
      const passphrase = await readPassphrase(session, options, key);
      if (options.verify) {
        const verified = await followJob(session, await client.bundle.verify({ bundle: reference }), {});
        if (verified.error !== undefined && !TO_BE_SIGNED.has(verified.error.code)) return verified;
      }
      const signed = await client.bundle.sign({ bundle: reference, key, ...passphrase, ...(options.certificate === undefined ? {} : { certificates: session.path(options.certificate) }), ...(options.as === undefined ? {} : { purpose: options.as }) });
      const fields = fieldList([["bundle", signed.digest], ["key", signed.keyId], ["as", signed.purpose], ["over", signed.over.join(", ") || "no earlier signature"], ["files", signed.files.join(", ")]]);
      return { json: { id: signed.keyId, signature: signed }, text: `Signed.\n${fields}` };
    },
  });
}

function addReceiving(group: Command, execute: Execute): void {
  defineCommand<VerifyOptions>(group, execute, {
    usage: "verify <bundle>",
    summary: "hash everything again, check who signed it, and name the first thing wrong",
    description: "Three answers that cannot be confused: VERIFIED, NOT SIGNED, WRONG. Under the policy \"warn\" they are the exit status 0, 7 and 8; under \"enforce\" all but the first are errors; under \"off\" they are told only.",
    options: [digestOption(), policyOption(), new Option("--receipt <file>", "leave a receipt, as JSON, HTML and text, whatever came of it"), new Option("--egress <file>", "evidence of an egress self-test for the receipt, instead of the latest of this home"), new Option("--language <language>", "of the receipt").choices(LANGUAGES), detachOption()],
    examples: [["sallyport bundle verify /media/usb/deepseek --digest sha256:9b1c…", "before anything is installed from it"]],
    run: async (session, [bundle = ""], options) => {
      const { client } = await session.connect();
      return followJob(session, await client.bundle.verify({
        bundle: session.reference(bundle), ...expected(options), ...(options.receipt === undefined ? {} : { receipt: session.path(options.receipt) }), ...(options.egress === undefined ? {} : { egress: session.path(options.egress) }), ...(options.language === undefined ? {} : { language: options.language }),
      }), options);
    },
  });

  defineCommand<InstallOptions>(group, execute, {
    usage: "install <bundle>",
    summary: "verify, unpack, try the model there, and only then make it the one that runs",
    description: [
      "Into a site: the bundle becomes a new version beside those that are there, is compiled for this machine, writes a few words, answers as recorded, and is then switched to by one rename. What the present version has already is shared with it. Interrupted at any moment, the version before runs on.",
      "With --to: one package into one folder, without versions.",
    ].join("\n\n"),
    options: [
      new Option("--site <folder>", "the site: a path, or the name of one in the home (named after the model, unless said)").conflicts("to"), new Option("--to <directory>", "a folder to make instead; it must not exist"),
      new Option("--plan", "say what would change, and do nothing").conflicts("to"), digestOption(), policyOption(), new Option("--package <name>", "which of several packages"), new Option("--no-parity", "do not compare the model's answers with its record here"), detachOption(),
    ],
    examples: [
      ["sallyport bundle install /media/usb/deepseek --site /srv/deepseek --plan", "what will change, and is there room"], ["sallyport bundle install /media/usb/deepseek --site /srv/deepseek", "the next version"],
      ["sallyport bundle install /media/usb/deepseek --to /opt/models/deepseek", "whole or not at all"],
    ],
    run: async (session, [bundle = ""], options) => {
      const { client } = await session.connect();
      const chosen = { ...(options.site === undefined ? {} : { site: session.reference(options.site) }), ...(options.package === undefined ? {} : { package: options.package }) };
      if (options.plan === true) {
        const plan = await client.bundle.installPlan({ bundle: session.reference(bundle), ...chosen, ...expected(options) });
        return { json: { plan }, text: planText(plan) };
      }
      const where = options.to === undefined ? {} : { to: session.path(options.to) };
      const job = await client.bundle.install({ bundle: session.reference(bundle), ...chosen, ...where, parity: options.parity, ...expected(options) });
      return followJob(session, job, options);
    },
  });

  defineCommand(group, execute, {
    usage: "inspect <bundle>",
    summary: "show what a bundle holds, without hashing it",
    examples: [["sallyport bundle inspect /media/usb/deepseek", "contents, licences, digests"]],
    run: async (session, [bundle = ""]) => {
      const contents = await (await session.connect()).client.bundle.inspect({ bundle: session.reference(bundle) });
      return presentBundleContents(contents);
    },
  });
}

function expected({ digest, policy }: ReceivingOptions): { expectedDigest?: string; policy?: TrustMode } {
  return { ...(digest === undefined ? {} : { expectedDigest: digest }), ...(policy === undefined ? {} : { policy }) };
}
