import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Model } from "../../../shared/schemas/model.ts";
import { useModels } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Bytes, Figure } from "../../ui/figures.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";
import { ChoiceList } from "./choice-list.tsx";

interface ModelChoiceProps {
  readonly kind: Model["kind"];
  readonly label: string;
  readonly chosen: readonly string[];
  readonly pick?: "one" | "several";
  /** Why a model cannot be chosen, if it cannot. */
  readonly barred?: (model: Model) => string | null;
  readonly onPick: (id: string) => void;
}

/** Models of the store, newest first, told apart by recipe, size and id: names may be alike. */
export function ModelChoice({ kind, label, chosen, pick = "one", barred = () => null, onPick }: ModelChoiceProps): ReactNode {
  const { wizards: { frame: words }, format } = useLocale();
  const navigate = useNavigate();
  return (
    <QueryGate query={useModels()} heightPx={200}>
      {(models) => {
        const offered = models.filter((model) => model.kind === kind).toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
        if (offered.length === 0) {
          const to = kind === "checkpoint" ? "/import" : "/quantize";
          return <EmptyState what={words.none[kind]} next={words.noneNext[kind]} action={<Button onClick={() => void navigate({ to })}>{words.noneAction[kind]}</Button>} />;
        }
        return (
          <ChoiceList
            label={label} pick={pick} chosen={chosen} onPick={onPick}
            choices={offered.map((model) => ({
              id: model.id, title: <bdi>{shownText(model.name, 120)}</bdi>, what: <><bdi dir="ltr">{model.id}</bdi>, {model.family}{model.recipe === null ? "" : `, ${model.recipe}`}</>,
              figures: <><Bytes value={model.bytes} /><br /><Figure>{format.parameters(model.totalParameters)}</Figure></>, whyNot: barred(model),
            }))}
          />
        );
      }}
    </QueryGate>
  );
}
