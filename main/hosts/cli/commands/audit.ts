import { type Command, Option } from "commander";
import { defineCommand, defineGroup, type Execute, integerOption } from "../define-command.ts";
import { formatCount, formatTime } from "../format-units.ts";
import { textTable } from "../text-table.ts";

interface ListOptions {
  readonly limit?: number;
  readonly before?: number;
  readonly matching?: string;
}

export function addAuditCommands(program: Command, execute: Execute): void {
  const group = defineGroup(program, "audit", "who did what to which digest, in a chain that shows tampering", [["sallyport audit verify", "is the record whole?"]]);

  defineCommand<ListOptions>(group, execute, {
    usage: "ls",
    summary: "list the latest entries",
    options: [
      integerOption("--limit <n>", "how many (100)", { min: 1, max: 100_000 }), integerOption("--before <n>", "only those before the entry of this number", { min: 1, max: Number.MAX_SAFE_INTEGER }),
      new Option("--matching <text>", "only those with this text in who, what, subject or hash"),
    ],
    examples: [["sallyport audit ls --limit 20", "the last twenty"], ["sallyport audit ls --matching bundle.create", "every bundle that was made"]],
    run: async (session, _positional, { limit, before, matching }) => {
      const entries = await (await session.connect()).client.audit.list({ ...(limit === undefined ? {} : { limit }), ...(before === undefined ? {} : { before }), ...(matching === undefined ? {} : { matching }) });
      const text = entries.length === 0
        ? before === undefined && matching === undefined ? "Nothing has been recorded yet." : "No entry is among those asked for."
        : textTable([{ title: "#", align: "right" }, { title: "AT" }, { title: "WHO" }, { title: "WHAT" }, { title: "SUBJECT" }],
          entries.map((entry) => [String(entry.id), formatTime(entry.at), entry.actor, entry.action, entry.subject]));
      return { json: { entries }, text };
    },
  });

  defineCommand(group, execute, {
    usage: "verify",
    summary: "recompute the chain and name the first broken entry",
    description: "Recomputes every hash. Note the last hash somewhere else from time to time: it then proves that nothing before it was changed or cut off.",
    examples: [["sallyport audit verify", "is the record whole?"]],
    run: async (session) => {
      const verification = await (await session.connect()).client.audit.verify();
      return {
        json: { id: verification.lastHash, audit: { id: verification.lastHash, ...verification } },
        text: `The chain is intact: ${formatCount(verification.entries)} entries, last hash ${verification.lastHash}.`,
      };
    },
  });
}
