import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Model } from "../../../shared/schemas/model.ts";
import { useClient } from "../../client-context.ts";
import { rememberJob, useRecipes } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import styles from "./quantize.module.css";
import type { QuantizeState } from "./quantize-state.ts";

interface MeasureAllProps {
  readonly made: Model;
  readonly reference: Model | null;
  readonly state: QuantizeState;
  readonly onChange: (change: Partial<QuantizeState>) => void;
}

/** Everything that says what a package cost, in one chain that the workbench runs: the package without loss where there is none, then loss, then answers. */
export function MeasureAll({ made, reference, state, onChange }: MeasureAllProps): ReactNode {
  const { wizards: { quantize: words } } = useLocale();
  const client = useClient();
  const queries = useQueryClient();
  const float32 = useRecipes().data?.find(({ name }) => name === "f32");
  const start = useMutation({
    mutationFn: () => {
      const making = reference === null && made.parentId !== null && float32 !== undefined ? [{ kind: "quantize" as const, request: { model: made.parentId, recipe: float32 } }] : [];
      const known = reference === null ? {} : { against: reference.id };
      const take = reference === null ? { against: { step: 0, result: "model.id" } } : {};
      return client.job.startSequence({
        steps: [
          ...making,
          { kind: "eval.perplexity", request: { model: made.id, textFile: state.text, ...known }, take },
          { kind: "eval.answers", request: { model: made.id, textFile: state.text, cut: state.ownPrompts ? "lines" : "passages", ...known }, take },
        ],
      });
    },
    onSuccess: (jobs) => {
      for (const job of jobs) rememberJob(queries, job);
      const idOf = (kind: string): string => jobs.find((job) => job.kind === kind)?.id ?? "";
      onChange({ referenceJob: idOf("quantize"), evalJob: idOf("eval.perplexity"), answersJob: idOf("eval.answers") });
    },
  });
  return (
    <div className={styles["row"]}>
      <Button variant="filled" disabled={state.text === "" || start.isPending || (reference === null && float32 === undefined)} onClick={() => start.mutate()}>{reference === null ? words.measureAllFirst : words.measureAll}</Button>
      {start.error !== null && <ErrorPanel error={start.error} />}
    </div>
  );
}
