import type { Command } from "commander";
import type { z } from "zod";
import { WorkbenchError } from "../../../../shared/errors.ts";
import { LANGUAGES, MAX_THREADS, Settings } from "../../../../shared/schemas/settings.ts";
import { type CommandOutcome, defineCommand, defineGroup, type Execute } from "../define-command.ts";
import { textTable } from "../text-table.ts";

const Choice = Settings.partial();

/** What a choice is called that has none of its own. */
const UNSET = "auto";

const MEANINGS: Readonly<Record<keyof Settings, string>> = {
  language: `of the pages: ${LANGUAGES.join(", ")}, or ${UNSET}: as the browser asks`,
  theme: "of the pages: system, light or dark",
  threads: `cores to use when nothing else is said: 1 to ${MAX_THREADS}, or ${UNSET}: all there are`,
};

export function addSettingsCommands(program: Command, execute: Execute): void {
  const group = defineGroup(program, "settings", "what is chosen for this home", [["sallyport settings ls", "what is chosen, and what can be"]]);

  defineCommand(group, execute, {
    usage: "ls",
    summary: "list the choices",
    examples: [["sallyport settings ls", "what is chosen, and what can be"]],
    run: async (session) => shown(await (await session.connect()).client.settings.get()),
  });

  defineCommand(group, execute, {
    usage: "set <name> <value>",
    summary: "choose",
    examples: [["sallyport settings set threads 8", "leave the other cores to others"], ["sallyport settings set language zh-Hans", "the pages in Chinese"]],
    run: async (session, [name = "", value = ""]) => shown(await (await session.connect()).client.settings.set(choice(name, value))),
  });
}

function choice(name: string, value: string): z.output<typeof Choice> {
  const given = value === UNSET ? null : /^\d+$/.test(value) ? Number(value) : value;
  const parsed = Choice.safeParse({ [name]: given });
  if (parsed.success) return parsed.data;
  const meaning = Object.entries(MEANINGS).find(([known]) => known === name)?.[1];
  throw new WorkbenchError("usage.invalid", { reason: meaning === undefined ? `there is no setting "${name}"; there are ${Object.keys(MEANINGS).join(", ")}` : `${name} is ${meaning}` });
}

function shown(settings: Settings): CommandOutcome {
  const rows = Object.entries(MEANINGS).map(([name, meaning]) => [name, String(settings[name as keyof Settings] ?? UNSET), meaning]);
  return { json: { settings }, text: textTable([{ title: "NAME" }, { title: "VALUE" }, { title: "MEANING" }], rows) };
}
