import type { Command } from "commander";
import type { Job } from "../../../../shared/schemas/job.ts";
import { readSequence } from "../read-sequence.ts";
import { defineCommand, defineGroup, detachOption, type DetachOptions, type Execute } from "../define-command.ts";
import { followJob } from "../follow-job.ts";
import { formatDuration, formatTime } from "../format-units.ts";
import { progressLine } from "../progress-display.ts";
import { textTable } from "../text-table.ts";

export function addJobCommands(program: Command, execute: Execute): void {
  const group = defineGroup(program, "job", "long work: list, follow, pause, cancel, resume, remove", [["sallyport job ls", "what runs, what ended, and how"]]);

  defineCommand(group, execute, {
    usage: "ls",
    summary: "list the jobs",
    examples: [["sallyport job ls", "what runs, what ended, and how"]],
    run: async (session) => {
      const jobs = await (await session.connect()).client.job.list();
      const text = jobs.length === 0
        ? "No jobs yet."
        : textTable([{ title: "ID" }, { title: "KIND" }, { title: "STATE" }, { title: "STARTED" }, { title: "TOOK", align: "right" }, { title: "PROGRESS" }],
          jobs.map((job) => [job.id, job.sequence === null ? job.kind : `${job.kind} (${job.sequence.at} of ${job.sequence.of})`, job.state, job.startedAt === null ? "–" : formatTime(job.startedAt), took(job), standing(job)]));
      return { json: { jobs }, text };
    },
  });

  defineCommand<DetachOptions>(group, execute, {
    usage: "watch <job>",
    summary: "follow a job to its end",
    examples: [["sallyport job watch job-01", "progress, then what came of it"]],
    run: async (session, [id = ""]) => followJob(session, await (await session.connect()).client.job.get({ id }), {}),
  });

  defineCommand(group, execute, {
    usage: "cancel <job>",
    summary: "stop a job; what is finished is kept",
    examples: [["sallyport job cancel job-01", "resume it later with job resume"]],
    run: async (session, [id = ""]) => {
      const job = await (await session.connect()).client.job.cancel({ id });
      return { json: { id: job.id, job }, text: `Job ${job.id} is ${job.state}. Resume it with: sallyport job resume ${job.id}` };
    },
  });

  defineCommand(group, execute, {
    usage: "pause <job>",
    summary: "stop a job for a while; a step of a sequence stops the sequence",
    examples: [["sallyport job pause job-01", "the disk is wanted for something else; job resume goes on"]],
    run: async (session, [id = ""]) => {
      const job = await (await session.connect()).client.job.pause({ id });
      return { json: { id: job.id, job }, text: `Job ${job.id} is ${job.state}. Resume it with: sallyport job resume ${job.id}` };
    },
  });

  defineCommand(group, execute, {
    usage: "rm <job>",
    summary: "remove a job that has stopped, with what it kept for a resume",
    description: "Removes the job, its log and what it had put aside. What it made (a model, a report, a bundle) stays, and so does the audit. Steps that waited for it go too.",
    examples: [["sallyport job rm job-01", "frees what a cancelled import had copied"]],
    run: async (session, [id = ""]) => {
      const job = await (await session.connect()).client.job.remove({ id });
      return { json: { id: job.id, job }, text: `Removed job ${job.id} (${job.kind}, ${job.state}).` };
    },
  });

  defineCommand<DetachOptions>(group, execute, {
    usage: "sequence <file>",
    summary: "run several jobs, each when the one before is done",
    description: "The file holds JSON: { \"steps\": [{ \"kind\", \"request\", \"take\" }] } with the requests of the contract. \"take\" fills a field from what an earlier step made: { \"bundle\": { \"step\": 0, \"result\": \"bundle.path\" } }. The steps go on by themselves; follow, pause and resume any of them.",
    options: [detachOption()],
    examples: [["sallyport job sequence ./night.json --detach", "quantize, measure and pack, one after the other"]],
    run: async (session, [file = ""], options) => {
      const { client, files } = await session.connect();
      const jobs = await client.job.startSequence(await readSequence(files, session.path(file)));
      return followJob(session, jobs.at(-1) as Job, options);
    },
  });

  defineCommand<DetachOptions>(group, execute, {
    usage: "resume <job>",
    summary: "take up a job that was paused, interrupted, cancelled or failed",
    options: [detachOption()],
    examples: [["sallyport job resume job-01", "goes on where it stopped"]],
    run: async (session, [id = ""], options) => followJob(session, await (await session.connect()).client.job.resume({ id }), options),
  });
}

function took(job: Job): string {
  if (job.startedAt === null || job.endedAt === null) return "–";
  return formatDuration((Date.parse(job.endedAt) - Date.parse(job.startedAt)) / 1000);
}

function standing(job: Job): string {
  if (job.state === "failed") return job.error?.code ?? "";
  return job.state === "done" || job.progress === null ? "" : progressLine(job.progress);
}
