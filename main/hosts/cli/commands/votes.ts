import type { Command } from "commander";
import { defineCommand, type Execute } from "../define-command.ts";
import { formatTime } from "../format-units.ts";
import { contestantLabel, presentPair } from "../present-votes.ts";
import { textTable } from "../text-table.ts";

const NONE = 'No votes yet. Vote in the playground ("sallyport serve") or with "sallyport compare --blind".';

export function addVoteCommands(program: Command, execute: Execute): void {
  const group = defineCommand(program, execute, {
    usage: "votes",
    summary: "whose answers were preferred when judged blind",
    description: "Per pair: wins, ties, the share of decided votes with Wilson's 95 % interval, and whether a difference is shown.",
    examples: [["sallyport votes", "every pair that was voted on"], ["sallyport votes --json", "the same for a program"]],
    run: async (session) => {
      const pairs = await (await session.connect()).client.vote.summary();
      return { json: { pairs }, text: pairs.length === 0 ? NONE : pairs.map(presentPair).join("\n\n") };
    },
  });

  defineCommand(group, execute, {
    usage: "ls",
    summary: "list the votes",
    examples: [["sallyport votes ls", "newest first"]],
    run: async (session) => {
      const votes = await (await session.connect()).client.vote.list();
      const text = votes.length === 0 ? NONE : textTable([{ title: "ID" }, { title: "AT" }, { title: "LEFT" }, { title: "RIGHT" }, { title: "VOTE" }], votes.map((vote) => [vote.id, formatTime(vote.createdAt), contestantLabel(vote.left), contestantLabel(vote.right), vote.choice]));
      return { json: { votes }, text };
    },
  });

  defineCommand(group, execute, {
    usage: "undo",
    summary: "take back the latest vote",
    examples: [["sallyport votes undo", "it counts no more; the audit keeps both"]],
    run: async (session) => {
      const vote = await (await session.connect()).client.vote.undo();
      return { json: { id: vote.id, vote }, text: `Took back ${vote.id}.` };
    },
  });
}
