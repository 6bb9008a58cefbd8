import { Button, Switch } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import type { Model } from "../../../shared/schemas/model.ts";
import { useClient } from "../../client-context.ts";
import { useEngines, useModels } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { CommandTwin } from "../../ui/command-twin.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";
import { ContestantChoice } from "./contestant-choice.tsx";
import { contestantName, referenceName } from "./contestant-names.ts";
import { type Exchange, isOver, isVotable } from "./conversation.ts";
import { ExchangeView } from "./exchange-view.tsx";
import { NamedEngines } from "./named-engines.tsx";
import styles from "./playground-page.module.css";
import { askAgain, chosenContestants, newConversation, type PlaygroundState, usePlayground } from "./playground-session.ts";
import { PromptBox } from "./prompt-box.tsx";
import { SamplingSettings } from "./sampling-settings.tsx";
import { VoteSummary } from "./vote-summary.tsx";

export function PlaygroundPage(): ReactNode {
  const { playground: words } = useLocale();
  const state = usePlayground();
  const models = useModels();
  const engines = useEngines();
  return (
    <Page title={words.title} lead={words.lead} actions={state.exchanges.length > 0 && <Button onClick={newConversation}>{words.newConversation}</Button>}>
      <QueryGate query={models} heightPx={420}>
        {(known) => <QueryGate query={engines} heightPx={420}>{(named) => {
          const packages = known.filter(({ kind }) => kind === "package").toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
          return (
            <>
              {packages.length === 0 && named.length === 0 ? <NobodyYet hasCheckpoint={known.length > 0} /> : (
                <div className={styles["columns"]}>
                  <Section title={words.conversation}>
                    <ContestantChoice state={state} packages={packages} engines={named} />
                    <Exchanges state={state} models={known} />
                    <PromptBox draft={state.draft} isRunning={state.exchanges.some((exchange) => !isOver(exchange))} why={chosenContestants(state) === null ? (state.mode === "one" ? words.whyChoose : words.whyTwo) : null} />
                    <CommandTwin words={twinOf(state)} />
                  </Section>
                  <SamplingSettings settings={state.settings} />
                </div>
              )}
              <VoteSummary />
              <NamedEngines engines={named} />
            </>
          );
        }}</QueryGate>}
      </QueryGate>
      <Announcements state={state} models={models.data ?? []} />
    </Page>
  );
}

function NobodyYet({ hasCheckpoint }: { readonly hasCheckpoint: boolean }): ReactNode {
  const { playground: words } = useLocale();
  const navigate = useNavigate();
  return <Section title={words.conversation}><EmptyState what={words.emptyWhat} next={words.emptyNext} action={<Button variant="filled" onClick={() => void navigate({ to: hasCheckpoint ? "/quantize" : "/import" })}>{hasCheckpoint ? words.emptyQuantize : words.emptyImport}</Button>} /></Section>;
}

/** The conversation, its end in view as long as the reader has not scrolled away from it. */
function Exchanges({ state: { exchanges }, models }: { readonly state: PlaygroundState; readonly models: readonly Model[] }): ReactNode {
  const { playground: words } = useLocale();
  const client = useClient();
  const [isMarking, setMarking] = useState(true);
  const again = useCallback(() => void askAgain(client), [client]);
  const scroller = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every change of the conversation may have made it longer
  useEffect(() => {
    if (isAtEnd.current) scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, [exchanges]);
  const onScroll = (): void => {
    const element = scroller.current;
    if (element !== null) isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 24;
  };
  if (exchanges.length === 0) return <EmptyState what={words.startWhat} next={words.startNext} />;
  return (
    <>
      {exchanges.some(({ answers }) => answers.length === 2) && <Switch size="xs" label={words.markDifferences} checked={isMarking} onChange={(event) => setMarking(event.currentTarget.checked)} />}
      <div ref={scroller} className={styles["scroller"]} onScroll={onScroll} tabIndex={0} role="group" aria-label={words.conversation}>
        <ol className={styles["exchanges"]}>
          {exchanges.map((exchange, place) => (
            <ExchangeView key={exchange.id} exchange={exchange} models={models} isMarking={isMarking} onRetry={place === exchanges.length - 1 && isOver(exchange) ? again : undefined} />
          ))}
        </ol>
      </div>
    </>
  );
}

/** Says that an answer is there, and nothing while it grows: read aloud word by word it would drown everything. */
function Announcements({ state: { exchanges }, models }: { readonly state: PlaygroundState; readonly models: readonly Model[] }): ReactNode {
  const { playground: words } = useLocale();
  const last = exchanges.at(-1);
  return <span role="status" className="visually-hidden">{last === undefined ? "" : isVotable(last) ? words.bothAnswered : answered(last, models).map(words.answered).join(". ")}</span>;
}

function answered({ answers, seated, asked, mode }: Exchange, models: readonly Model[]): string[] {
  if (mode === "blind" && seated === null) return [];
  return answers.flatMap(({ state }, place) => {
    const contestant = seated?.[place];
    return state.kind === "done" ? [`\u2068${contestant === undefined ? referenceName(asked[place] ?? "", models) : contestantName(contestant)}\u2069`] : [];
  });
}

/** The command that asks the same; earlier turns of a conversation are not on one line. */
function twinOf(state: PlaygroundState): string[] {
  const { mode, contestants: [first, second], exchanges, draft, settings: { system, temperature, topP, maxTokens, seed } } = state;
  const prompt = draft.trim() === "" ? (exchanges.at(-1)?.prompt ?? "PROMPT") : draft;
  const options = [
    ...(system.trim() === "" ? [] : ["--system", system]), ...(temperature === 0 ? [] : ["--temperature", String(temperature)]), ...(topP === 1 ? [] : ["--top-p", String(topP)]),
    ...(maxTokens === 256 ? [] : ["--max-tokens", String(maxTokens)]), ...(seed === null ? [] : ["--seed", String(seed)]),
  ];
  return mode === "one" ? ["run", first ?? "MODEL", "--chat", ...options, "--", prompt] : ["compare", first ?? "FIRST", second ?? "SECOND", ...(mode === "blind" ? ["--blind"] : []), ...options, "--", prompt];
}
