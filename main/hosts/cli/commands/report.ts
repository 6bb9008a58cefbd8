import type { Command } from "commander";
import { reportSubject } from "../../../../shared/schemas/report.ts";
import { defineCommand, defineGroup, type Execute } from "../define-command.ts";
import { formatTime } from "../format-units.ts";
import { headline, presentReport } from "../present-report.ts";
import { textTable } from "../text-table.ts";

export function addReportCommands(program: Command, execute: Execute): void {
  const group = defineGroup(program, "report", "what was measured, of what, on what", [["sallyport report ls", "all of it"]]);

  defineCommand(group, execute, {
    usage: "ls [model]",
    summary: "list the reports, of all models or of one",
    examples: [["sallyport report ls", "all of them"], ["sallyport report ls DeepSeek-V2-Lite-int4", "those of one model"]],
    run: async (session, [model]) => {
      const { client } = await session.connect();
      const reports = await client.report.list(model === undefined ? {} : { model: session.reference(model) });
      const text = reports.length === 0
        ? "No reports yet. Measure something: sallyport bench speed <model>"
        : textTable([{ title: "ID" }, { title: "KIND" }, { title: "MODEL" }, { title: "RESULT" }, { title: "MADE" }],
          reports.map((report) => [report.id, report.body.kind, reportSubject(report.body).names.join(" · "), headline(report), formatTime(report.createdAt)]));
      return { json: { reports }, text };
    },
  });

  defineCommand(group, execute, {
    usage: "show <report>",
    summary: "show one report in full",
    examples: [["sallyport report show report-01", "by its id or the beginning of it"]],
    run: async (session, [id = ""]) => {
      // A parity that did not hold is what the report says; showing it is no failure.
      const { json, text } = presentReport(await (await session.connect()).client.report.get({ id }));
      return { json, text };
    },
  });
}
