import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ENGINE_PREFIX, type RemoteEngine } from "../../../shared/schemas/engine.ts";
import { MOST_CONTESTANTS } from "../../../shared/schemas/job-requests.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { ChoiceList } from "../frame/choice-list.tsx";
import { ModelChoice } from "../frame/model-choice.tsx";
import styles from "./benchmark.module.css";

interface ContestantsStepProps {
  readonly models: readonly string[];
  readonly engines: readonly RemoteEngine[];
  readonly onModels: (models: readonly string[]) => void;
}

/** Packages run here with Sallyport's own engine; engines elsewhere answer over the network. */
export function ContestantsStep({ models, engines, onModels }: ContestantsStepProps): ReactNode {
  const { wizards: { benchmark: words } } = useLocale();
  const navigate = useNavigate();
  const barred = (reference: string): string | null => (models.length >= MOST_CONTESTANTS && !models.includes(reference) ? words.noMore : null);
  const pick = (reference: string): void => onModels(models.includes(reference) ? models.filter((other) => other !== reference) : [...models, reference]);
  return (
    <>
      <p>{words.contestantsWhat}</p>
      <h3>{words.packages}</h3>
      <ModelChoice kind="package" label={words.packages} pick="several" chosen={models} barred={({ id }) => barred(id)} onPick={pick} />
      <h3>{words.engines}</h3>
      {engines.length === 0
        ? <p className={styles["soft"]}>{words.noEngines} <Button size="xs" onClick={() => void navigate({ to: "/playground" })}>{words.nameEngine}</Button></p>
        : (
          <ChoiceList
            label={words.engines} pick="several" chosen={models} onPick={pick}
            choices={engines.map(({ name, url, model }) => ({ id: `${ENGINE_PREFIX}${name}`, title: <bdi>{name}</bdi>, what: <><bdi>{shownText(model, 80)}</bdi>, <bdi dir="ltr">{shownText(url, 120)}</bdi></>, whyNot: barred(`${ENGINE_PREFIX}${name}`) }))}
          />
        )}
    </>
  );
}
