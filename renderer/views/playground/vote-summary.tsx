import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { PairSummary } from "../../../shared/schemas/comparison.ts";
import { useClient } from "../../client-context.ts";
import { useVoteSummary } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { CommandTwin } from "../../ui/command-twin.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { Section } from "../../ui/page.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";
import { contestantName } from "./contestant-names.ts";
import styles from "./vote-summary.module.css";

/** What the votes say of each pair, the interval drawn and written. */
export function VoteSummary(): ReactNode {
  const { playground: words } = useLocale();
  const client = useClient();
  const pairs = useVoteSummary();
  const undo = useMutation({ mutationFn: () => client.vote.undo() });
  const hasVotes = pairs.data !== undefined && pairs.data.length > 0;
  return (
    <Section title={words.summary} hint={hasVotes ? words.summaryHint : undefined} aside={hasVotes && <Button size="xs" loading={undo.isPending} onClick={() => undo.mutate()}>{words.undo}</Button>}>
      {undo.error !== null && <ErrorPanel error={undo.error} />}
      <QueryGate query={pairs}>{(all) => (all.length === 0 ? <EmptyState what={words.noVotes} next={words.noVotesNext} /> : <PairTable pairs={all} />)}</QueryGate>
      <CommandTwin words={["votes"]} />
    </Section>
  );
}

function PairTable({ pairs }: { readonly pairs: readonly PairSummary[] }): ReactNode {
  const { playground: words, format } = useLocale();
  return (
    <div className={styles["scroll"]} tabIndex={0} role="group" aria-label={words.summary}>
      <table className={styles["table"]}>
        <thead>
          <tr><th scope="col">{words.pair}</th><th scope="col">{words.wins}</th><th scope="col">{words.ties}</th><th scope="col">{words.bothBadShort}</th><th scope="col">{words.share}</th><th scope="col">{words.verdict}</th></tr>
        </thead>
        <tbody>
          {pairs.map((pair) => (
            <tr key={`${contestantName(pair.first)} ${contestantName(pair.second)} ${pair.first.kind === "package" ? pair.first.id : pair.first.url} ${pair.second.kind === "package" ? pair.second.id : pair.second.url}`}>
              <td><bdi>{contestantName(pair.first)}</bdi><br /><bdi>{contestantName(pair.second)}</bdi></td>
              <td>{format.count(pair.firstWins)}<br />{format.count(pair.secondWins)}</td>
              <td>{format.count(pair.ties)}</td>
              <td>{format.count(pair.bothBad)}</td>
              <td><Share pair={pair} /></td>
              <td>{verdictOf(pair, words)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The interval over 0 … 1, with one half marked: whether it is left out is seen. */
function Share({ pair: { firstShare, interval, decided } }: { readonly pair: PairSummary }): ReactNode {
  const { playground: words, format } = useLocale();
  if (firstShare === null || interval === null) return "–";
  const percent = (share: number): string => `${share * 100}%`;
  return (
    <>
      <span className={styles["track"]} aria-hidden="true">
        <span className={styles["half"]} />
        <span className={styles["whisker"]} style={{ insetInlineStart: percent(interval.low), inlineSize: percent(interval.high - interval.low) }} />
        <span className={styles["point"]} style={{ insetInlineStart: percent(firstShare) }} />
      </span>
      <bdi className={styles["written"]}>{words.interval(format.percent(firstShare), format.percent(interval.low), format.percent(interval.high), format.count(decided))}</bdi>
    </>
  );
}

function verdictOf({ preferred, first, second, decided }: PairSummary, words: ReturnType<typeof useLocale>["playground"]): string {
  if (preferred !== null) return words.preferred(`\u2068${contestantName(preferred === "first" ? first : second)}\u2069`);
  return decided === 0 ? words.undecided : words.noDifference;
}
