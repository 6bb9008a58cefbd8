import { NumberInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useLocale } from "../../texts/locale.tsx";
import { ChoiceList } from "../frame/choice-list.tsx";
import styles from "./benchmark.module.css";
import { type BenchmarkState, interleaved, WORKLOADS, type WorkloadName } from "./benchmark-state.ts";

interface WorkloadStepProps {
  readonly state: BenchmarkState;
  readonly names: ReadonlyMap<string, string>;
  /** Tokens that every contestant can hold; null while not known. */
  readonly mostTokens: number | null;
  readonly onChange: (change: Partial<BenchmarkState>) => void;
}

const NAMES = ["chat", "document", "writing", "own"] as const satisfies readonly WorkloadName[];

export function WorkloadStep({ state, names, mostTokens, onChange }: WorkloadStepProps): ReactNode {
  const { wizards: { benchmark: words }, format } = useLocale();
  const { workload, promptTokens, generateTokens, runs, models } = state;
  const whyNot = (name: WorkloadName): string | null => {
    if (name === "own" || mostTokens === null) return null;
    const { promptTokens: prompt, generateTokens: generate } = WORKLOADS[name];
    return prompt + generate > mostTokens ? words.tooLong(format.count(mostTokens)) : null;
  };
  return (
    <>
      <ChoiceList
        label={words.workload} pick="one" chosen={[workload]} onPick={(name) => onChange({ workload: name as WorkloadName, promptTokens, generateTokens, runs })}
        choices={NAMES.map((name) => ({
          id: name, title: words.workloads[name], what: words.workloadsWhat[name], whyNot: whyNot(name),
          ...(name === "own" ? {} : { figures: words.workloadOf(format.count(WORKLOADS[name].promptTokens), format.count(WORKLOADS[name].generateTokens), format.count(WORKLOADS[name].runs)) }),
        }))}
      />
      {workload === "own" && (
        <div className={styles["numbers"]}>
          <NumberInput label={words.promptTokens} value={promptTokens} min={1} max={1 << 20} allowDecimal={false} onChange={(value) => typeof value === "number" && onChange({ promptTokens: value })} />
          <NumberInput label={words.generateTokens} value={generateTokens} min={2} max={1 << 16} allowDecimal={false} onChange={(value) => typeof value === "number" && onChange({ generateTokens: value })} />
          <NumberInput label={words.runs} value={runs} min={3} max={100} allowDecimal={false} onChange={(value) => typeof value === "number" && onChange({ runs: value })} />
        </div>
      )}
      <p>{words.orderWhat}</p>
      <ol className={styles["order"]}>{interleaved(models).map(({ model, round }) => <li key={`${round} ${model}`}><bdi>{names.get(model) ?? model}</bdi></li>)}</ol>
    </>
  );
}
