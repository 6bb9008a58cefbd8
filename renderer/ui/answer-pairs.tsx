import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { AnswersReport } from "../../shared/schemas/report.ts";
import { useLocale } from "../texts/locale.tsx";
import { shownText } from "../texts/shown-text.ts";
import styles from "./answer-pairs.module.css";

/** Enough to get an impression; the others are one press away. */
const SHOWN_PAIRS = 4;
const SHOWN_CHARACTERS = 2000;
/** The end of a prompt: the answer goes on from there. */
const PROMPT_CHARACTERS = 160;

/** What two packages answer, one below the other, so that equal beginnings stand above each other; what follows the first difference is marked. */
export function AnswerPairs({ report: { pairs, against, conditions } }: { readonly report: AnswersReport }): ReactNode {
  const { wizards: { quantize: words }, format } = useLocale();
  const [isWhole, showWhole] = useState(false);
  return (
    <>
      <ol className={styles["pairs"]}>
        {pairs.slice(0, isWhole ? pairs.length : SHOWN_PAIRS).map(({ prompt, expected, found, sharedCharacters, firstDifferentToken }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: pairs of a report never move, and prompts may be alike
          <li key={index}>
            <p className={styles["prompt"]}><span className="visually-hidden">{words.promptTitle}: </span><bdi dir="auto">{prompt.length > PROMPT_CHARACTERS ? "…" : ""}{inOneLine(prompt.slice(-PROMPT_CHARACTERS))}</bdi></p>
            {firstDifferentToken === null
              ? <p><em>{words.same}:</em> <bdi dir="auto">{inOneLine(found)}</bdi></p>
              : <><Answer by={against.recipe} text={expected} shared={sharedCharacters} /><Answer by={conditions.model.recipe} text={found} shared={sharedCharacters} /></>}
          </li>
        ))}
      </ol>
      {pairs.length > SHOWN_PAIRS && !isWhole && <Button size="xs" onClick={() => showWhole(true)}>{words.showAll(format.count(pairs.length))}</Button>}
    </>
  );
}

function Answer({ by, text, shared }: { readonly by: string; readonly text: string; readonly shared: number }): ReactNode {
  return (
    <p className={styles["answer"]}>
      <bdi className={styles["by"]}>{shownText(by, 40)}</bdi>
      <bdi dir="auto">{inOneLine(text.slice(0, shared))}<mark>{inOneLine(text.slice(shared))}</mark></bdi>
    </p>
  );
}

/** An end of a line is part of an answer: it is shown, and breaks nothing. */
function inOneLine(text: string): string {
  return text.split(/\r\n|\n|\r/).map((line) => shownText(line.replaceAll("\t", " "), SHOWN_CHARACTERS)).join(" ↵ ");
}
