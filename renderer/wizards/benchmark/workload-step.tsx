import { NumberInput } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { PromptsPreview } from "../../../shared/schemas/prompts-preview.ts";
import { WORKLOADS } from "../../../shared/schemas/workload.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { Path } from "../../ui/names.tsx";
import { FolderBrowser } from "../folder/folder-browser.tsx";
import { ChoiceList } from "../frame/choice-list.tsx";
import styles from "./benchmark.module.css";
import { type BenchmarkState, WORKLOAD_CHOICES, type WorkloadChoice } from "./benchmark-state.ts";

interface WorkloadStepProps {
  readonly state: BenchmarkState;
  /** Tokens that every package can hold; null while not known. */
  readonly mostTokens: number | null;
  readonly preview: UseQueryResult<PromptsPreview>;
  readonly onChange: (change: Partial<BenchmarkState>) => void;
}

export function WorkloadStep({ state, mostTokens, preview, onChange }: WorkloadStepProps): ReactNode {
  const { wizards: { benchmark: words }, format } = useLocale();
  const { workload, rounds, answerTokens } = state;
  const whyNot = (name: WorkloadChoice): string | null => (name !== "own" && mostTokens !== null && WORKLOADS[name].promptTokens + WORKLOADS[name].answerTokens > mostTokens ? words.tooLong(format.count(mostTokens)) : null);
  return (
    <>
      <ChoiceList
        label={words.workload} pick="one" chosen={[workload]} onPick={(name) => onChange({ workload: WORKLOAD_CHOICES.find((one) => one === name) ?? "chat" })}
        choices={WORKLOAD_CHOICES.map((name) => ({
          id: name, title: words.workloads[name], what: words.workloadsWhat[name], whyNot: whyNot(name),
          ...(name === "own" ? {} : { figures: words.workloadOf(format.count(WORKLOADS[name].promptTokens), format.count(WORKLOADS[name].answerTokens)) }),
        }))}
      />
      {workload === "own" && <OwnPrompts state={state} preview={preview} onChange={onChange} />}
      <div className={styles["numbers"]}>
        <NumberInput label={words.rounds} value={rounds} min={2} max={50} allowDecimal={false} onChange={(value) => typeof value === "number" && onChange({ rounds: value })} />
        {workload === "own" && <NumberInput label={words.answerTokens} value={answerTokens} min={1} max={1 << 16} allowDecimal={false} onChange={(value) => typeof value === "number" && onChange({ answerTokens: value })} />}
      </div>
      <p className={styles["soft"]}>{words.orderWhat}</p>
    </>
  );
}

/** A file of the machine that serves, and its first prompts: what is measured is what was meant. */
function OwnPrompts({ state: { folder, prompts }, preview, onChange }: Pick<WorkloadStepProps, "state" | "preview" | "onChange">): ReactNode {
  const { wizards: { benchmark: words }, format } = useLocale();
  return (
    <section className={styles["own"]}>
      <p className={styles["soft"]}>{words.promptsForm} <bdi dir="ltr"><code>{'{"prompt": "…", "max_tokens": 128}'}</code></bdi></p>
      <FolderBrowser label={words.promptsLabel} folder={folder} onFolder={(found) => onChange({ folder: found })} chosenFile={prompts} onFile={(path) => onChange({ prompts: path })} />
      {prompts !== "" && <Path path={prompts} />}
      {preview.error !== null && <ErrorPanel error={preview.error} onRetry={() => void preview.refetch()} />}
      {preview.data !== undefined && (
        <>
          <p role="status">{words.promptsFound(format.count(preview.data.count))}</p>
          <ol className={styles["prompts"]}>
            {preview.data.first.map(({ text, messages, maxTokens }, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a file may hold the same prompt twice, and its order does not change
              <li key={place}><bdi>{shownText(text, 200)}</bdi>{messages > 1 && <small>{words.messages(format.count(messages))}</small>}{maxTokens !== null && <small>{words.upTo(format.count(maxTokens))}</small>}</li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}
