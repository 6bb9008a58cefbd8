import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useModels } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ModelChoice } from "../frame/model-choice.tsx";
import styles from "./export.module.css";

/** Packages of ours and checkpoints as they were published; what is chosen first gives the bundle its name. */
export function PackagesStep({ chosen, onChange }: { readonly chosen: readonly string[]; readonly onChange: (models: readonly string[]) => void }): ReactNode {
  const { wizards: { export: words, frame } } = useLocale();
  const navigate = useNavigate();
  const models = useModels().data;
  const onPick = (id: string): void => onChange(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id]);
  if (models?.length === 0) return <EmptyState what={frame.none.package} next={frame.noneNext.package} action={<Button onClick={() => void navigate({ to: "/import" })}>{frame.noneAction.checkpoint}</Button>} />;
  return (
    <>
      <p className={styles["soft"]}>{words.packagesWhat}</p>
      <section className={styles["part"]}><h3>{words.packages}</h3><ModelChoice kind="package" label={words.packages} pick="several" chosen={chosen} onPick={onPick} /></section>
      <section className={styles["part"]}><h3>{words.checkpoints}</h3><p className={styles["soft"]}>{words.checkpointsWhat}</p><ModelChoice kind="checkpoint" label={words.checkpoints} pick="several" chosen={chosen} onPick={onPick} /></section>
    </>
  );
}
