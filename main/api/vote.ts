import { WorkbenchError } from "../../shared/errors.ts";
import type { Vote, VoteChoice } from "../../shared/schemas/comparison.ts";
import { createId } from "../store/create-id.ts";
import { contestantKey } from "./contestant-key.ts";
import { implementer } from "./implementer.ts";
import { summarizeVotes } from "./summarize-votes.ts";
import type { Workbench } from "./workbench.ts";

export const vote = {
  cast: implementer.vote.cast.handler(({ input, context: { workbench } }) => cast(workbench, input.comparison, input.choice)),
  list: implementer.vote.list.handler(({ context: { workbench } }) => workbench.store.votes.list()),
  summary: implementer.vote.summary.handler(({ context: { workbench } }) => summarizeVotes(workbench.store.votes.list())),
  undo: implementer.vote.undo.handler(({ context: { workbench: { store } } }) => {
    const undone = store.votes.removeLast();
    if (undone === undefined) throw new WorkbenchError("vote.none", {});
    store.audit.append("vote.undo", undone.id, auditDetails(undone));
    return undone;
  }),
};

function cast({ store, clock, comparisons }: Workbench, comparison: string, choice: VoteChoice): Vote {
  const open = comparisons.find(comparison);
  if (open === undefined) throw new WorkbenchError("vote.notOpen", { comparison });
  const { left, right, promptDigest, sampling, maxTokens, figures } = open;
  const made: Vote = { id: createId("vote", clock), createdAt: new Date(clock.now()).toISOString(), promptDigest, left, right, choice, sampling, maxTokens, figures };
  store.votes.insert(made);
  comparisons.close(comparison);
  store.audit.append("vote.cast", made.id, auditDetails(made));
  return made;
}

function auditDetails({ left, right, choice, promptDigest }: Vote): Record<string, unknown> {
  return { left: contestantKey(left), right: contestantKey(right), choice, promptDigest };
}
