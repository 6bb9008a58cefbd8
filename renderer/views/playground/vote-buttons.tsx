import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { VOTE_CHOICES, type VoteChoice } from "../../../shared/schemas/comparison.ts";
import { useClient } from "../../client-context.ts";
import { useLocale } from "../../texts/locale.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { type Exchange, isVotable } from "./conversation.ts";
import { castVote } from "./playground-session.ts";
import styles from "./vote-buttons.module.css";

/** Four answers to one question; keys 1 to 4, unless something is being typed. */
export function VoteButtons({ exchange }: { readonly exchange: Exchange }): ReactNode {
  const { playground: words } = useLocale();
  const client = useClient();
  const { mutate, isPending, error } = useMutation({ mutationFn: (choice: VoteChoice) => castVote(client, exchange, choice) });
  const isOpen = isVotable(exchange);
  useEffect(() => {
    if (!isOpen) return;
    const onKey = (event: KeyboardEvent): void => {
      const choice = VOTE_CHOICES[Number(event.key) - 1];
      if (choice === undefined || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      mutate(choice);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [isOpen, mutate]);
  if (!isOpen) return null;
  return (
    <fieldset className={styles["votes"]}>
      <legend>{words.vote}</legend>
      <div className={styles["row"]}>
        {VOTE_CHOICES.map((choice, place) => <Button key={choice} disabled={isPending} onClick={() => mutate(choice)} rightSection={<kbd dir="ltr">{place + 1}</kbd>}>{words.votes[choice]}</Button>)}
      </div>
      {error !== null && <ErrorPanel error={error} />}
    </fieldset>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));
}
