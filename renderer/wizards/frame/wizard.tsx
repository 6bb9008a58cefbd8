import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useEffect, useRef } from "react";
import { useLocale } from "../../texts/locale.tsx";
import { CommandTwin } from "../../ui/command-twin.tsx";
import { Page } from "../../ui/page.tsx";
import styles from "./wizard.module.css";

export interface WizardStep<Id extends string> {
  readonly id: Id;
  readonly title: string;
}

/** What is wanted is being chosen, being done, or done. */
export type WizardPhase = "choosing" | "working" | "done";

interface WizardProps<Id extends string> {
  readonly title: string;
  readonly lead: string;
  readonly steps: readonly WizardStep<Id>[];
  readonly current: Id;
  /** How many steps, from the first, have what they need. */
  readonly reachable: number;
  /** From "working" on, the steps before are shown and can no longer be changed. */
  readonly phase: WizardPhase;
  readonly onStep: (id: Id) => void;
  /** Where leaving leads. */
  readonly leaveTo: "/models" | "/reports" | "/bundles";
  readonly consequences: ReactNode;
  /** What a command line would be told, one entry a command; none while there is nothing to tell. */
  readonly commands: readonly (readonly string[])[];
  /** null: the step itself has the button that goes on. */
  readonly next: { readonly label?: string; readonly why: string | null; readonly isBusy?: boolean; readonly onNext: () => void } | null;
  readonly children: ReactNode;
}

/** Steps at the start, the present choice in the middle, what follows from it at the end, the command below, in sight however long the step is. None of the four ever moves. */
export function Wizard<Id extends string>({ title, lead, steps, current, reachable, phase, onStep, leaveTo, consequences, commands, next, children }: WizardProps<Id>): ReactNode {
  const { wizards: words } = useLocale();
  const navigate = useNavigate();
  const at = steps.findIndex(({ id }) => id === current);
  const heading = useFocusOnChange(current);
  const before = steps[at - 1];

  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (next !== null && next.why === null && next.isBusy !== true) next.onNext();
  };

  return (
    <Page title={title} lead={lead}>
      <div className={styles["wizard"]}>
        <nav className={styles["steps"]} aria-label={words.frame.steps}>
          <ol>
            {steps.map(({ id, title: name }, index) => (
              <li key={id} data-state={index < at ? "passed" : index === at ? "current" : "ahead"}>
                <button type="button" aria-current={index === at ? "step" : undefined} disabled={index !== at && (phase !== "choosing" || index >= reachable)} onClick={() => onStep(id)}>
                  <span className={styles["number"]} aria-hidden="true">{index < at ? "✓" : index + 1}</span>
                  {name}
                </button>
              </li>
            ))}
          </ol>
        </nav>
        <div className={styles["present"]}>
          <div className={styles["choice"]}>
            <form className={styles["step"]} onSubmit={onSubmit} aria-labelledby="wizard-step">
              <h2 id="wizard-step" ref={heading} tabIndex={-1}>{steps[at]?.title}</h2>
              <div className={styles["body"]}>{children}</div>
              <div className={styles["buttons"]} hidden={phase === "done"}>
                {next !== null && <Button type="submit" variant="filled" disabled={next.why !== null || next.isBusy === true} aria-describedby={next.why === null ? undefined : "wizard-why"}>{next.label ?? words.frame.next}</Button>}
                {before !== undefined && phase === "choosing" && <Button onClick={() => onStep(before.id)}>{words.frame.back}</Button>}
                <Button variant="subtle" onClick={() => void navigate({ to: leaveTo })}>{phase === "choosing" ? words.frame.cancel : words.frame.leave}</Button>
                {next !== null && next.why !== null && <span id="wizard-why" className={styles["why"]}>{next.why}</span>}
              </div>
            </form>
            <aside className={styles["consequences"]} aria-label={words.frame.consequences}>
              <h2>{words.frame.consequences}</h2>
              {consequences}
            </aside>
          </div>
          <div className={styles["commands"]}>{commands.map((line) => <CommandTwin key={line.join(" ")} words={line} />)}</div>
        </div>
      </div>
    </Page>
  );
}

/** After a change of step the keyboard goes on from the step's name, which is also read aloud. */
function useFocusOnChange(current: string): React.RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(current);
  useEffect(() => {
    if (shown.current === current) return;
    shown.current = current;
    heading.current?.focus();
  }, [current]);
  return heading;
}
