import { type ErrorCode, type ErrorRecord, errorFromRecord } from "../../../shared/errors.ts";
import type { ImportPreflight, SurveyedShard, TemplateRisk } from "../../../shared/schemas/import-preflight.ts";
import type { CommandOutcome } from "./define-command.ts";
import { ERROR_TEXTS } from "./error-texts.ts";
import { formatBytes, formatCount } from "./format-units.ts";
import { fieldList, printable } from "./text-table.ts";

const RISK_TEXTS: Readonly<Record<TemplateRisk["kind"], string>> = {
  internals: "reaches for the insides of Python objects, as attacks do",
  attributeByName: "looks an attribute up by a name put together",
  gadget: "uses an object that attacks start from",
  otherTemplate: "asks for another template",
  address: "holds an internet address",
  hiddenCharacters: "holds characters that are not shown",
  readsMessages: "decides by what a message contains",
  clock: "asks for date or time",
  longText: "holds a long text of its own",
};
/** Enough to see what kind of thing is missing; --json has them all. */
const SHOWN_NAMES = 8;

/** What an import would find; one that would be refused ends as the import would. */
export function presentPreflight(found: ImportPreflight): CommandOutcome {
  const { refusal, template } = found;
  const faults = found.shards.filter(({ state, fault }) => state !== "present" || fault !== null);
  const text = [
    fieldList(fieldsOf(found)),
    ...faults.slice(0, 50).map((shard) => `  ${printable(shard.name)}: ${shardText(shard)}`),
    ...(template === null ? [] : [
      `\nChat template, from ${printable(template.source)}:\n${template.text.split("\n").map((line) => `  ${printable(line)}`).join("\n")}`,
      template.risks.length === 0 ? "Nothing in it stands out; read it all the same." : template.risks.map(({ kind, line, excerpt }) => `  line ${line} ${RISK_TEXTS[kind]}: ${printable(excerpt)}`).join("\n"),
      `If you approve it, import with: --approve-template ${template.sha256}`,
    ]),
  ].join("\n");
  return { json: { id: null, preflight: found }, text, ...(refusal === null ? {} : { error: errorOf(refusal) }) };
}

function fieldsOf({ directory, bytes, files, shards, licences, template, checksums, space, linkRefusal }: ImportPreflight): (readonly [string, string])[] {
  const counted = (state: SurveyedShard["state"]): number => shards.filter((shard) => shard.state === state).length;
  const copyBytes = space.neededBytes.copy;
  return [
    ["directory", directory],
    ["comes in", files === null ? "nothing, as it is" : `${formatCount(files)} files, ${formatBytes(bytes)}`],
    ["weights", [`${formatCount(counted("present"))} files there`, `${formatCount(counted("missing"))} missing`, `${formatCount(counted("extra"))} that no index names`].join(", ")],
    ["checksums", checksums === null ? "no list: files are hashed and compared with nothing" : `${checksums.source}: names ${formatCount(checksums.covered)} of the files that come in${listed(", not ", checksums.uncovered)}${listed("; names what is not there: ", checksums.absent)}`],
    ["licences", licences.length === 0 ? "no file" : licences.map(({ file }) => file).join(", ")],
    ["chat template", template === null ? "none" : template.sha256],
    ["copy", `needs ${formatBytes(copyBytes)} of ${formatBytes(space.freeBytes)} free${copyBytes !== null && space.freeBytes !== null && copyBytes > space.freeBytes ? ": it does not fit" : ""}`],
    ["link", linkRefusal === null ? "possible, takes no space" : ERROR_TEXTS[linkRefusal.code as ErrorCode](linkRefusal.details as never).what],
  ];
}

function listed(before: string, names: readonly string[]): string {
  return names.length === 0 ? "" : `${before}${names.slice(0, SHOWN_NAMES).join(", ")}${names.length > SHOWN_NAMES ? ` and ${formatCount(names.length - SHOWN_NAMES)} more` : ""}`;
}

function shardText({ state, fault }: SurveyedShard): string {
  if (fault !== null) return ERROR_TEXTS[fault.code as ErrorCode](fault.details as never).what;
  return state === "missing" ? "missing" : "no index names it: it stays behind";
}

function errorOf({ code, details }: { readonly code: string; readonly details: Readonly<Record<string, unknown>> }): ReturnType<typeof errorFromRecord> {
  return errorFromRecord({ code: code as ErrorCode, details } as ErrorRecord);
}
