import type { Command } from "commander";
import { defineCommand, type Execute } from "../define-command.ts";
import { presentMachine } from "../present-machine.ts";
import { textTable } from "../text-table.ts";

/** Machines of closed sites, kept by what their records told. */
export function addHardwareSitesCommands(group: Command, execute: Execute): void {
  const sites = defineCommand(group, execute, {
    usage: "sites",
    summary: "list the machines of other sites that are kept here",
    examples: [["sallyport hardware sites", "what was brought along, and from where"]],
    run: async (session) => {
      const known = await (await session.connect()).client.machine.sites();
      const rows = known.map(({ id, name, from, addedAt }) => [id, name, addedAt.slice(0, 10), from]);
      return { json: { sites: known }, text: rows.length === 0 ? "No sites are kept here. Keep one with: sallyport hardware sites add <path>" : textTable([{ title: "ID" }, { title: "NAME" }, { title: "ADDED" }, { title: "FROM" }], rows) };
    },
  });

  defineCommand(sites, execute, {
    usage: "add <path>",
    summary: "read the record of a machine and keep what it tells",
    description: "Takes the file that capture.sh wrote, a file or folder of pasted outputs, or what hardware --json printed. The record is needed only now; read again from the same place, it replaces what it told before.",
    examples: [["sallyport hardware sites add /media/usb/site-7.json", "keep a machine of a closed site"]],
    run: async (session, [path = ""]) => {
      const site = await (await session.connect()).client.machine.addSite({ from: session.path(path) });
      return { json: { site }, text: `${site.id} (${site.name}) is kept. Plan for it with: sallyport plan MODEL --machine ${site.id}` };
    },
  });

  defineCommand(sites, execute, {
    usage: "show <site>",
    summary: "show what a site's record told",
    examples: [["sallyport hardware sites show site-7.json", "by its name, or by its id"]],
    run: async (session, [site = ""]) => presentMachine(await (await session.connect()).client.machine.site({ site }), { evidence: true }),
  });

  defineCommand(sites, execute, {
    usage: "rm <site>",
    summary: "forget a site; its record stays where it is",
    examples: [["sallyport hardware sites rm site-7.json", "by its name, or by its id"]],
    run: async (session, [reference = ""]) => {
      const site = await (await session.connect()).client.machine.removeSite({ site: reference });
      return { json: { site }, text: `${site.id} (${site.name}) is forgotten. Its record stays at ${site.from}.` };
    },
  });
}
