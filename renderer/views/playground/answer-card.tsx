import type { ReactNode } from "react";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { Figure } from "../../ui/figures.tsx";
import styles from "./answer-card.module.css";
import type { Answer } from "./conversation.ts";
import { safeLines } from "./safe-lines.ts";
import type { MarkedText } from "./word-differences.ts";

interface AnswerCardProps {
  readonly name: string;
  readonly answer: Answer;
  /** null: nothing is marked. */
  readonly marked: readonly MarkedText[] | null;
  /** Blind: figures would tell who it is. */
  readonly isMasked: boolean;
  readonly isElsewhere: boolean;
  readonly onRetry?: (() => void) | undefined;
}

export function AnswerCard({ name, answer, marked, isMasked, isElsewhere, onRetry }: AnswerCardProps): ReactNode {
  const { playground: words } = useLocale();
  const { text, state } = answer;
  return (
    <article className={styles["card"]} aria-label={name} aria-busy={state.kind !== "done" && state.kind !== "failed" && state.kind !== "stopped"}>
      <header className={styles["head"]}>
        <h3><bdi>{name}</bdi></h3>
        {text !== "" && <CopyButton text={text} what={name} />}
      </header>
      <p className={styles["figures"]}>{isMasked ? words.bothAnswer : <AnswerFigures answer={answer} isElsewhere={isElsewhere} />}</p>
      {text !== "" && (
        <div className={styles["text"]} dir="auto">
          {marked === null ? safeLines(text) : marked.map(({ at, text: part, isOwn }) => (isOwn && part.trim() !== "" ? <mark key={at}>{safeLines(part)}</mark> : safeLines(part)))}
        </div>
      )}
      {state.kind === "failed" && <ErrorPanel error={state.error} {...(onRetry === undefined ? {} : { onRetry })} />}
    </article>
  );
}

function AnswerFigures({ answer: { state, pace, end, figures }, isElsewhere }: { readonly answer: Answer; readonly isElsewhere: boolean }): ReactNode {
  const { playground: words, format } = useLocale();
  const told = figures ?? end ?? pace;
  if (told === null) return <StateWords state={state} />;
  const rate = "decodeTokensPerSecond" in told ? told.decodeTokensPerSecond : told.tokensPerSecond;
  // Until its end, a server's tokens are not known but by the pieces in which they come.
  const arePieces = "kind" in told && (told.kind === "end" ? told.countedBy === "pieces" : isElsewhere);
  return (
    <>
      <Figure>{format.number(rate)} {arePieces ? words.piecesPerSecond : words.tokensPerSecond}</Figure>
      <span>{words.firstToken} <Figure>{format.milliseconds(told.timeToFirstTokenMs)}</Figure></span>
      <Figure title={arePieces ? words.piecesWhat : undefined}>{(arePieces ? words.pieces : words.tokens)(format.count(told.generatedTokens))}</Figure>
      {end !== null && end.reason !== "eos" && end.reason !== "stop" && <span>{words.ends[end.reason]}</span>}
      {(state.kind === "stopped" || state.kind === "failed") && <span>{words.states[state.kind]}</span>}
    </>
  );
}

function StateWords({ state }: { readonly state: Answer["state"] }): ReactNode {
  const { playground: words, format } = useLocale();
  switch (state.kind) {
    case "preparing":
      return <span>{words.states.preparing(shownText(state.step, 60), format.percent(state.total === 0 ? 0 : state.done / state.total))}</span>;
    case "prefill":
      return <span>{words.states.prefill(format.count(state.done), format.count(state.total))}</span>;
    case "done":
      return null;
    default:
      return <span>{words.states[state.kind]}</span>;
  }
}
