import { Button, NumberInput, Select } from "@mantine/core";
import type { ReactNode } from "react";
import { TARGET_KINDS, type TargetKind } from "../../../shared/schemas/delivery.ts";
import type { Model } from "../../../shared/schemas/model.ts";
import { useLocale } from "../../texts/locale.tsx";
import { isolated, shownText } from "../../texts/shown-text.ts";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { ChoiceList } from "../frame/choice-list.tsx";
import { MachineChoice } from "../plan/machine-choice.tsx";
import styles from "./export.module.css";
import type { ExportState } from "./export-state.ts";
import { isWhole, neededKind, OPEN_TARGET, type TargetChoice, writeTarget } from "./target-words.ts";
import type { TargetOutlook } from "./use-target-plan.ts";
import { useMachineName } from "./use-machine-name.ts";

interface TargetsStepProps {
  readonly state: ExportState;
  readonly models: readonly Model[];
  readonly outlook: TargetOutlook;
  readonly onChange: (change: Partial<ExportState>) => void;
}

/** Which engines run what, and where. Each target gets launch files of its own, sized by a plan for its machine. */
export function TargetsStep({ state: { targets, draft }, models, outlook, onChange }: TargetsStepProps): ReactNode {
  const { wizards: { export: words } } = useLocale();
  const fits = draft.kind !== "" && ["fits", "fitsWith"].includes(outlook.optionOf(draft.kind)?.verdict.kind ?? "");
  return (
    <>
      <p className={styles["soft"]}>{words.targetsWhat}</p>
      {targets.length > 0 && (
        <ul className={styles["list"]} aria-label={words.chosenTargets}>
          {targets.map((target, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two targets may be alike, and they keep their order
            <li key={`${index}-${writeTarget(target)}`}><TargetLine target={target} models={models} /><Button size="compact-sm" aria-label={words.removeOf(writeTarget(target))} onClick={() => onChange({ targets: targets.filter((_, at) => at !== index) })}>{words.remove}</Button></li>
          ))}
        </ul>
      )}
      <section className={styles["part"]}>
        <h3>{words.addTarget}</h3>
        <MachineChoice machine={draft.machine} onMachine={(machine) => onChange({ draft: { ...draft, machine } })} />
        {draft.machine !== "" && <EngineChoice draft={draft} models={models} outlook={outlook} onDraft={(change) => onChange({ draft: { ...draft, ...change } })} />}
        <div className={styles["buttons"]}>
          <Button disabled={!isWhole(draft) || !fits} onClick={() => onChange({ targets: [...targets, draft], draft: OPEN_TARGET })}>{words.addThis}</Button>
        </div>
      </section>
    </>
  );
}

function TargetLine({ target, models }: { readonly target: TargetChoice; readonly models: readonly Model[] }): ReactNode {
  const { wizards: { export: words }, format } = useLocale();
  const machine = useMachineName(target.machine);
  if (target.kind === "") return null;
  const needed = neededKind(target.kind);
  const model = models.find(({ id, kind }) => kind === needed && (target.model === "" || id === target.model));
  const load = [target.contextTokens === null ? "" : words.contextOf(format.count(target.contextTokens)), target.concurrency === 1 ? "" : words.sequencesOf(format.count(target.concurrency)), target.nodes === 1 ? "" : words.nodesOf(format.count(target.nodes))].filter((part) => part !== "");
  return (
    <span className={styles["grow"]}>
      <strong>{words.engineOn(isolated(words.engines[target.kind]), isolated(machine))}</strong>
      <span className={styles["soft"]}>{model === undefined ? words.needs[needed] : <bdi>{shownText(model.name, 80)}</bdi>}{load.length === 0 ? "" : ` · ${load.join(" · ")}`}</span>
    </span>
  );
}

function EngineChoice({ draft, models, outlook, onDraft }: { readonly draft: TargetChoice; readonly models: readonly Model[]; readonly outlook: TargetOutlook; readonly onDraft: (change: Partial<TargetChoice>) => void }): ReactNode {
  const { wizards: { export: words, plan: planWords }, format } = useLocale();
  const takes = draft.kind === "" ? [] : models.filter(({ kind }) => kind === neededKind(draft.kind as TargetKind));
  const choices = TARGET_KINDS.map((kind) => {
    const option = outlook.optionOf(kind);
    const speed = option?.arrangement?.speed?.decodeTokensPerSecond;
    const verdict = option?.verdict.kind;
    const cannot = outlook.modelOf(kind) === undefined ? words.needs[neededKind(kind)] : verdict === "cannotRun" ? words.cannotRun : null;
    return {
      id: kind, title: <bdi>{words.engines[kind]}</bdi>, what: words.engineWhat[kind] ?? "", whyNot: cannot,
      figures: verdict === undefined || cannot !== null ? "" : <>{words.verdicts[verdict]}{kind === "atc" || speed === undefined ? "" : <><br />{planWords.tokensPerSecond(format.number(speed.value))}</>}</>,
    };
  });
  return (
    <>
      {outlook.error !== null && <ErrorPanel error={outlook.error} />}
      {outlook.isPlanning && <p role="status">{planWords.planning}</p>}
      <h4>{words.engine}</h4>
      {/* What can run stands first: on most machines most engines cannot. */}
      <ChoiceList label={words.engine} pick="one" chosen={[draft.kind]} onPick={(kind) => onDraft({ kind: kind as TargetKind, model: "" })} choices={choices.toSorted((a, b) => Number(a.whyNot !== null) - Number(b.whyNot !== null))} />
      {draft.kind !== "" && (
        <div className={styles["fields"]}>
          {takes.length > 1 && <Select label={words.takes} value={draft.model === "" ? (takes[0]?.id ?? null) : draft.model} data={takes.map(({ id, name }) => ({ value: id, label: shownText(name, 80) }))} onChange={(model) => onDraft({ model: model ?? "" })} />}
          <Count label={words.context} value={draft.contextTokens} placeholder={words.contextAuto} most={2 ** 24} onValue={(contextTokens) => onDraft({ contextTokens })} />
          <Count label={words.sequences} value={draft.concurrency} most={2 ** 20} onValue={(concurrency) => onDraft({ concurrency: concurrency ?? 1 })} />
          {neededKind(draft.kind) === "checkpoint" && <Count label={words.nodes} value={draft.nodes} most={1024} onValue={(nodes) => onDraft({ nodes: nodes ?? 1 })} />}
        </div>
      )}
    </>
  );
}

function Count({ label, value, most, placeholder, onValue }: { readonly label: string; readonly value: number | null; readonly most: number; readonly placeholder?: string; readonly onValue: (value: number | null) => void }): ReactNode {
  return <NumberInput label={label} value={value ?? ""} min={1} max={most} allowDecimal={false} allowNegative={false} clampBehavior="strict" placeholder={placeholder ?? ""} onChange={(typed) => onValue(typeof typed === "number" && typed >= 1 ? typed : null)} />;
}
