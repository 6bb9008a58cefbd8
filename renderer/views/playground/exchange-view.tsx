import { memo, type ReactNode, useMemo } from "react";
import { SIDES } from "../../../shared/schemas/comparison.ts";
import { ENGINE_PREFIX } from "../../../shared/schemas/engine.ts";
import type { Model } from "../../../shared/schemas/model.ts";
import { useLocale } from "../../texts/locale.tsx";
import { AnswerCard } from "./answer-card.tsx";
import { contestantName, referenceName } from "./contestant-names.ts";
import { type Exchange, isOver } from "./conversation.ts";
import styles from "./exchange-view.module.css";
import { safeLines } from "./safe-lines.ts";
import { VoteButtons } from "./vote-buttons.tsx";
import { wordDifferences } from "./word-differences.ts";

interface ExchangeViewProps {
  readonly exchange: Exchange;
  readonly models: readonly Model[];
  readonly isMarking: boolean;
  /** Of the last exchange alone. */
  readonly onRetry?: (() => void) | undefined;
}

/** Drawn again only where it changed: a long conversation must not slow its last answer down. */
export const ExchangeView = memo(function ExchangeView({ exchange, models, isMarking, onRetry }: ExchangeViewProps): ReactNode {
  const { playground: words, language } = useLocale();
  const { mode, asked, answers, seated, vote, prompt } = exchange;
  const [left = "", right = ""] = answers.map(({ text }) => text);
  const over = isOver(exchange);
  const hasTwo = over && answers.length === 2 && left !== "" && right !== "";
  const differences = useMemo(() => (isMarking && hasTwo && left !== right ? wordDifferences(left, right, language) : undefined), [isMarking, hasTwo, left, right, language]);
  const isMasked = mode === "blind" && seated === null;
  const nameOf = (place: number): string => {
    const contestant = seated?.[place];
    if (contestant !== undefined) return contestantName(contestant);
    return isMasked ? (place === 0 ? words.left : words.right) : referenceName(asked[place] ?? "", models);
  };
  const isElsewhere = (place: number): boolean => (seated?.[place] === undefined ? (asked[place] ?? "").startsWith(ENGINE_PREFIX) : seated[place].kind === "engine");
  return (
    <li className={styles["exchange"]}>
      <div className={styles["prompt"]}>
        <h3 className="visually-hidden">{words.you}</h3>
        <p dir="auto">{safeLines(prompt)}</p>
      </div>
      <div className={styles["answers"]} data-count={answers.length}>
        {answers.map((answer, place) => (
          <AnswerCard
            key={SIDES[place]} name={nameOf(place)} answer={answer} marked={(place === 0 ? differences?.left : differences?.right) ?? null} isMasked={isMasked && vote === null && !over} isElsewhere={isElsewhere(place)} onRetry={onRetry}
          />
        ))}
      </div>
      {hasTwo && left === right && <p className={styles["said"]}>{words.same}</p>}
      {differences === null && <p className={styles["said"]}>{words.tooDifferent}</p>}
      {mode === "blind" && <VoteButtons exchange={exchange} />}
      {vote !== null && <p className={styles["said"]}>{words.voted(words.votes[vote.choice])}</p>}
    </li>
  );
});
