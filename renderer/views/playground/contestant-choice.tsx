import { SegmentedControl, Select } from "@mantine/core";
import type { ReactNode } from "react";
import { ENGINE_PREFIX, type RemoteEngine } from "../../../shared/schemas/engine.ts";
import type { Model } from "../../../shared/schemas/model.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import styles from "./contestant-choice.module.css";
import type { Mode } from "./conversation.ts";
import { changePlayground, type PlaygroundState } from "./playground-session.ts";

interface ContestantChoiceProps {
  readonly state: PlaygroundState;
  readonly packages: readonly Model[];
  readonly engines: readonly RemoteEngine[];
}

const MODES: readonly Mode[] = ["one", "two", "blind"];

/** Who answers, and how they are put side by side. */
export function ContestantChoice({ state: { mode, contestants: [first, second] }, packages, engines }: ContestantChoiceProps): ReactNode {
  const { playground: words, format } = useLocale();
  const groups = [
    { group: words.packages, items: packages.map(({ id, name, recipe, bytes }) => ({ value: id, label: `${shownText(name, 80)} · ${shownText(recipe ?? "", 40)} · ${format.bytes(bytes)}` })) },
    { group: words.engines, items: engines.map(({ name, model }) => ({ value: `${ENGINE_PREFIX}${name}`, label: `${name} · ${shownText(model, 80)}` })) },
  ].filter(({ items }) => items.length > 0);
  const known = new Set(groups.flatMap(({ items }) => items.map(({ value }) => value)));
  const shown = (reference: string | null): string | null => (reference !== null && known.has(reference) ? reference : null);
  const isTwo = mode !== "one";
  const arePackages = isTwo && first !== second && [first, second].every((reference) => reference !== null && !reference.startsWith(ENGINE_PREFIX));
  return (
    <div className={styles["choice"]}>
      <SegmentedControl aria-label={words.mode} value={mode} onChange={(value) => changePlayground({ mode: MODES.find((one) => one === value) ?? "one" })} data={MODES.map((value) => ({ value, label: words.modes[value] }))} />
      <Select className={styles["select"] ?? ""} aria-label={isTwo ? words.first : words.contestant} placeholder={words.choose} data={groups} value={shown(first)} onChange={(value) => changePlayground({ contestants: [value, second] })} />
      {isTwo && <Select className={styles["select"] ?? ""} aria-label={words.second} placeholder={words.choose} data={groups} value={shown(second)} onChange={(value) => changePlayground({ contestants: [first, value] })} />}
      {(mode === "blind" || arePackages) && <p className={styles["hint"]}>{mode === "blind" ? words.blindWhat : words.shareCores}</p>}
    </div>
  );
}
