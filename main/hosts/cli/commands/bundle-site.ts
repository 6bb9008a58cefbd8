import { type Command, Option } from "commander";
import type { InstalledSite, SiteInstallPlan, SiteUse } from "../../../../shared/schemas/site-versions.ts";
import { defineCommand, detachOption, type DetachOptions, type Execute, integerOption } from "../define-command.ts";
import { followJob } from "../follow-job.ts";
import { formatBytes, formatCount, formatTime } from "../format-units.ts";
import { fieldList, textTable } from "../text-table.ts";

interface SiteOptions {
  readonly site: string;
}
interface SwitchOptions extends SiteOptions, DetachOptions {
  readonly to?: string;
  readonly verify?: boolean;
}
interface PruneOptions extends SiteOptions {
  readonly keep: number;
}

const siteOption = (): Option => new Option("--site <folder>", "the site: a path, or the name of one in the home").makeOptionMandatory();
const verifyOption = (): Option => new Option("--verify", "hash every byte of that version first");

/** A site's own commands: back, forward, what there is, and away with the oldest. */
export function addSiteCommands(group: Command, execute: Execute): void {
  const go = (usage: "rollback" | "rollforward", summary: string, to: "before" | "after", options: readonly Option[], example: readonly [string, string]): void => {
    defineCommand<SwitchOptions>(group, execute, {
      usage, summary, description: `${summary[0]?.toUpperCase()}${summary.slice(1)}. One rename; programs that run keep to their version until they are started again.`,
      options: [siteOption(), ...options, verifyOption(), detachOption()], examples: [example],
      run: async (session, _, given) => {
        const { client } = await session.connect();
        return followJob(session, await client.bundle.rollback({ site: session.reference(given.site), to: given.to ?? to, verify: given.verify === true }), given);
      },
    });
  };
  go("rollback", "go back to the version before the current one", "before", [new Option("--to <version>", "this version instead")], ["sallyport bundle rollback --site /srv/deepseek", "the new one is not what was hoped for"]);
  go("rollforward", "go to the version after the current one", "after", [], ["sallyport bundle rollforward --site /srv/deepseek", "it was not its fault after all"]);

  defineCommand<SiteOptions>(group, execute, {
    usage: "versions",
    summary: "list a site's versions, its history, and what runs from it",
    options: [siteOption()],
    examples: [["sallyport bundle versions --site /srv/deepseek", "who installed what, when, and whether it was proven"]],
    run: async (session, _, { site }) => {
      const found = await (await session.connect()).client.bundle.versions({ site: session.reference(site) });
      return { json: { site: found }, text: siteText(found) };
    },
  });

  defineCommand<PruneOptions>(group, execute, {
    usage: "prune",
    summary: "remove the oldest versions of a site",
    options: [siteOption(), integerOption("--keep <n>", "how many to keep, the current one among them", { min: 1, max: 10_000 }).default(2)],
    examples: [["sallyport bundle prune --site /srv/deepseek --keep 2", "the current one and the one to go back to"]],
    run: async (session, _, { site, keep }) => {
      const pruned = await (await session.connect()).client.bundle.prune({ site: session.reference(site), keep });
      return { json: { pruned }, text: fieldList([["removed", pruned.removed.join(", ") || "none"], ["kept", pruned.kept.join(", ")], ...(pruned.inUse.length > 0 ? [["runs now", pruned.inUse.join(", ")] as const] : [])]) };
    },
  });
}

export function planText(plan: SiteInstallPlan): string {
  const { files, compile } = plan;
  const shared = files.linked === 0 ? "" : `; ${formatCount(files.linked)} files (${formatBytes(plan.linkedBytes)}) are ${plan.isPresent ? "there" : "shared with the version now, after they are hashed again"}`;
  return [
    fieldList([
      ["site", plan.site], ["model", plan.name], ["bundle", plan.bundle], ["now", plan.now ?? "nothing yet"],
      ["then", plan.now === plan.next ? `${plan.next}, which is current already: it is checked again` : plan.isPresent ? `${plan.next}, which is here already: it is checked and switched to` : plan.next],
      ["to copy", `${formatCount(files.copied)} of ${formatCount(files.total)} files, ${formatBytes(plan.copiedBytes)}${shared}`], ["free there", formatBytes(plan.freeBytes)],
      ["compile", compile === null ? "not needed: small enough to be packed at every start" : `up to ${formatBytes(compile.neededBytes)} in ${compile.directory}, ${formatBytes(compile.freeBytes)} free`],
      ["runs now", usesText(plan.running)],
    ]),
    ...(plan.freeBytes < plan.copiedBytes ? ["There is not enough room for it."] : []),
    "Nothing was changed. The same command without --plan does it.",
  ].join("\n");
}

function usesText(uses: readonly SiteUse[]): string {
  if (uses.length === 0) return "nothing that has noted itself";
  return uses.map(({ what, pid, host, version, state }) => `${what} (process ${pid}${state === "elsewhere" ? ` on ${host}, as far as it said` : ""}) from ${version}, until it is started again`).join("; ");
}

function siteText({ directory, versions, history, running }: InstalledSite): string {
  const held = textTable([{ title: "" }, { title: "VERSION" }, { title: "SIZE", align: "right" }, { title: "INSTALLED" }, { title: "CHECKED" }, { title: "PARITY" }, { title: "BUNDLE" }],
    versions.map(({ name, isCurrent, bytes, installed }) => [
      isCurrent ? "*" : "", name, bytes === null ? "damaged" : formatBytes(bytes), installed === null ? "unknown" : formatTime(installed.at), installed?.checked ?? "", installed === null ? "" : installed.parity === "held" ? "held" : "not run", installed?.bundle ?? "",
    ]));
  const happened = textTable([{ title: "WHEN" }, { title: "WHAT" }, { title: "FROM" }, { title: "TO" }, { title: "BY" }, { title: "WITH" }],
    history.map((record) => ("version" in record ? [formatTime(record.at), record.action, record.from ?? "", record.version, record.by, record.with] : [formatTime(record.at), `${record.action} refused`, "", record.refused, record.by, record.with])));
  return `${fieldList([["site", directory], ["runs now", usesText(running)]])}\n\n${held}\n\n${happened}`;
}
