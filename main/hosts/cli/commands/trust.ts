import { type Command, InvalidArgumentError, Option } from "commander";
import { WorkbenchError } from "../../../../shared/errors.ts";
import { TRUST_MODES, TRUST_ROLES, type TrustMode, type TrustRole, type TrustRule } from "../../../../shared/schemas/trust.ts";
import type { CommandSession } from "../command-session.ts";
import { defineCommand, defineGroup, type Execute, integerOption } from "../define-command.ts";
import { formatTime } from "../format-units.ts";
import { passphraseOption, type PassphraseOptions, readPassphrase } from "../read-passphrase.ts";
import { fieldList, printable, textTable } from "../text-table.ts";

interface AddOptions {
  readonly name: string;
  readonly may: TrustRole[];
  readonly models: string;
  readonly subjects: string;
}
interface PolicyOptions {
  readonly rules?: string;
  readonly expiredCertificates?: "refuse" | "acceptIfSignedBefore";
}
interface MakeListOptions extends PassphraseOptions {
  readonly issuer: string;
  readonly sequence: number;
  readonly validDays: number;
  readonly revokeKey: { keyId: string; reason: string }[];
  readonly revokeBundle: { digest: string; reason: string }[];
  readonly expireKey: { keyId: string; notAfter: string }[];
  readonly key: string;
  readonly out: string;
}

export function addTrustCommands(program: Command, execute: Execute): void {
  const group = defineGroup(program, "trust", "say who may sign bundles for this site, and what happens to those that are not verified", [["sallyport trust add maker.pub.pem --name \"Model maker\" --may release", "once its key id was compared"], ["sallyport trust policy enforce", "from now on only verified bundles"]]);
  addSigners(group, execute);
  addPolicy(group, execute);
  addLists(group, execute);
}

function addSigners(group: Command, execute: Execute): void {
  defineCommand<AddOptions>(group, execute, {
    usage: "add <file>",
    summary: "trust a public key, or a certificate authority",
    description: "release: vouch for a bundle as its maker. approve: sign again at a border. revoke: sign revocation lists.",
    options: [
      new Option("--name <name>", "what it is called in lists and on receipts").makeOptionMandatory(), new Option("--may <role...>", "what it may sign").choices(TRUST_ROLES).makeOptionMandatory(),
      new Option("--models <pattern>", "models it may sign, by name; * stands for anything").default("*"), new Option("--subjects <pattern>", "for an authority: common names of certificates that count").default("*"),
    ],
    examples: [["sallyport trust add maker.pub.pem --name maker --may release", "one key"], ["sallyport trust add corp-root.pem --name \"Corp CA\" --may release --subjects \"Model Release *\"", "everybody an authority certifies by such a name"]],
    run: async (session, [file = ""], { name, may, models, subjects }) => {
      const signer = await (await session.connect()).client.trust.addSigner({ file: session.path(file), name, may, models, subjects });
      return { json: { id: signer.keyId, signer }, text: `${fieldList([["name", printable(signer.name)], ["kind", signer.kind], ["may", signer.may.join(", ")], ["key id", signer.keyId]])}\nCompare the key id with its owner over another channel.` };
    },
  });

  defineCommand(group, execute, {
    usage: "ls",
    summary: "show signers, policy, lists and the receipt key",
    examples: [["sallyport trust ls", "whom this site believes"]],
    run: async (session) => {
      const overview = await (await session.connect()).client.trust.overview();
      const { signers, policy, lists, receiptKey } = overview;
      const parts = [
        fieldList([["policy", policy.mode], ["rules", policy.rules.map(ruleText).join("; ") || "one release signature"], ["expired certificates", policy.expiredCertificates], ["receipt key", receiptKey?.keyId ?? "none"]]),
        signers.length === 0 ? "Nobody is trusted yet." : textTable([{ title: "NAME" }, { title: "KIND" }, { title: "MAY" }, { title: "MODELS" }, { title: "KEY ID" }], signers.map((signer) => [printable(signer.name), signer.kind, signer.may.join(", "), printable(signer.models), signer.keyId])),
        ...(lists.length === 0 ? [] : [textTable([{ title: "LIST" }, { title: "NUMBER", align: "right" }, { title: "KEYS", align: "right" }, { title: "BUNDLES", align: "right" }, { title: "VALID UNTIL" }], lists.map((list) => [printable(list.issuer), String(list.sequence), String(list.revokedKeys), String(list.revokedBundles), formatTime(list.validUntil)]))]),
      ];
      return { json: { trust: overview }, text: parts.join("\n\n") };
    },
  });

  defineCommand(group, execute, {
    usage: "rm <name>",
    summary: "trust a signer no longer",
    examples: [["sallyport trust rm maker", "by name or key id"]],
    run: async (session, [name = ""]) => {
      const signer = await (await session.connect()).client.trust.removeSigner({ name });
      return { json: { id: signer.keyId, signer }, text: `${printable(signer.name)} is trusted no longer.` };
    },
  });

  defineCommand(group, execute, {
    usage: "receipt-key",
    summary: "make the key that signs this site's receipts, and print its public half",
    description: "It has no passphrase, since receipts are written by jobs that nobody attends: whoever can read this home can sign receipts in its name.",
    examples: [["sallyport trust receipt-key", "once"]],
    run: async (session) => {
      const key = await (await session.connect()).client.trust.newReceiptKey();
      return { json: { id: key.keyId, key }, text: `${key.keyId}\n${key.pem.trim()}` };
    },
  });
}

const ruleText = ({ models, marks, release, approve }: TrustRule): string => `${printable(models)}${marks === null ? "" : ` marked ${printable(marks)}`}: ${release} release, ${approve} approve`;

function addPolicy(group: Command, execute: Execute): void {
  defineCommand<PolicyOptions>(group, execute, {
    usage: "policy [mode]",
    summary: "show or set what happens to bundles that are not verified",
    description: "off: the answer is told. warn: it is also the exit status. enforce: what is not verified is neither verified nor installed.\n\nRules are a JSON list, the first that fits counts: [{\"models\": \"*\", \"marks\": \"SECRET*\", \"release\": 2, \"approve\": 1}]; marks is null for whatever its marks. Where none fits, one release signature is needed.",
    options: [new Option("--rules <file>", "a JSON file with the rules, in place of all before"), new Option("--expired-certificates <what>", "whether a signature counts whose certificate has expired since the time it states (which proves nothing)").choices(["refuse", "acceptIfSignedBefore"])],
    examples: [["sallyport trust policy enforce", "only verified bundles"], ["sallyport trust policy --rules rules.json", "two signatures where two are needed"]],
    run: async (session, [mode], { rules, expiredCertificates }) => {
      if (mode !== undefined && !(TRUST_MODES as readonly string[]).includes(mode)) throw new WorkbenchError("usage.invalid", { reason: `the policy is ${TRUST_MODES.join(", ")}, not "${mode}"` });
      const { client } = await session.connect();
      const change = { ...(mode === undefined ? {} : { mode: mode as TrustMode }), ...(rules === undefined ? {} : { rules: await readRules(session, session.path(rules)) }), ...(expiredCertificates === undefined ? {} : { expiredCertificates }) };
      const policy = Object.keys(change).length === 0 ? (await client.trust.overview()).policy : await client.trust.setPolicy(change);
      return { json: { policy }, text: fieldList([["policy", policy.mode], ["rules", policy.rules.map(ruleText).join("; ") || "one release signature"], ["expired certificates", policy.expiredCertificates]]) };
    },
  });
}

/** 200 rules are 40 KB. */
const MAX_RULES_BYTES = 2 ** 20;

/** Checked by the contract; here only whether it is JSON. */
async function readRules(session: CommandSession, file: string): Promise<TrustRule[]> {
  const { files } = await session.connect();
  const bytes = await files.readAll(file, MAX_RULES_BYTES);
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8")) as TrustRule[];
  } catch (cause) {
    throw new WorkbenchError("usage.invalid", { reason: `${file} holds no rules: ${cause instanceof Error ? cause.message : String(cause)}` }, { cause });
  }
}

/** VALUE:TEXT, gathered from every use of the option. */
const gather = <T>(make: (value: string, text: string) => T) => (argument: string, before: T[]): T[] => {
  const at = argument.startsWith("sha256:") ? argument.indexOf(":", "sha256:".length) : argument.indexOf(":");
  if (at < 0 || at === argument.length - 1) throw new InvalidArgumentError("It must be followed by a colon and more.");
  return [...before, make(argument.slice(0, at), argument.slice(at + 1))];
};

function addLists(group: Command, execute: Execute): void {
  defineCommand<MakeListOptions>(group, execute, {
    usage: "make-list",
    summary: "sign a list of what counts no longer",
    description: "The list travels as a file. Each has a number above the one before, and names all that is revoked: it replaces its predecessor.",
    options: [
      new Option("--issuer <name>", "whose list it is").makeOptionMandatory(), integerOption("--sequence <n>", "its number", { min: 1, max: Number.MAX_SAFE_INTEGER }).makeOptionMandatory(),
      integerOption("--valid-days <n>", "days until nothing is verified without a newer list", { min: 1, max: 3650 }).default(180),
      new Option("--revoke-key <keyid:reason>", "a key that counts no longer; repeatable").argParser(gather((keyId, reason) => ({ keyId, reason }))).default([]),
      new Option("--revoke-bundle <sha256:…:reason>", "a bundle that was recalled; repeatable").argParser(gather((digest, reason) => ({ digest, reason }))).default([]),
      new Option("--expire-key <keyid:time>", "the last moment of a key, as 2027-01-01T00:00:00Z; repeatable").argParser(gather((keyId, notAfter) => ({ keyId, notAfter }))).default([]),
      new Option("--key <file>", "private key that signs it").makeOptionMandatory(), new Option("--out <file>", "where it goes").makeOptionMandatory(), passphraseOption(),
    ],
    examples: [["sallyport trust make-list --issuer site --sequence 2 --revoke-key 9b1c…:lost --key root.pem --out site-2.json", "tell every site"]],
    run: async (session, _positional, options) => {
      const key = session.path(options.key);
      const { client } = await session.connect();
      const validUntil = new Date(session.io.clock.now() + options.validDays * 86_400_000).toISOString();
      const list = { issuer: options.issuer, sequence: options.sequence, validUntil, revokedKeys: options.revokeKey, revokedBundles: options.revokeBundle, keyExpiry: options.expireKey };
      const made = await client.trust.makeList({ list, key, out: session.path(options.out), ...(await readPassphrase(session, options, key)) });
      return { json: { list: made }, text: `List ${made.sequence} of ${printable(made.issuer)}, valid until ${formatTime(made.validUntil)}.` };
    },
  });

  defineCommand(group, execute, {
    usage: "import-list <file>",
    summary: "take in a revocation list",
    examples: [["sallyport trust import-list /media/usb/site-2.json", "signed by somebody who may revoke"]],
    run: async (session, [file = ""]) => {
      const list = await (await session.connect()).client.trust.importList({ file: session.path(file) });
      return { json: { list }, text: `List ${list.sequence} of ${printable(list.issuer)} counts until ${formatTime(list.validUntil)}: ${list.revokedKeys.length} keys and ${list.revokedBundles.length} bundles revoked.` };
    },
  });
}
