import { TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { Model } from "../../../shared/schemas/model.ts";
import type { Report } from "../../../shared/schemas/report.ts";
import { useModels, useReports } from "../../queries.ts";
import { DASH } from "../../texts/format.ts";
import { useLocale } from "../../texts/locale.tsx";
import { CommandTwin } from "../../ui/command-twin.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Bytes, Figure } from "../../ui/figures.tsx";
import { Id, Name } from "../../ui/names.tsx";
import { Frame, Page } from "../../ui/page.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";

export function ModelsPage(): ReactNode {
  const { texts } = useLocale();
  const models = useModels();
  const [wanted, want] = useState("");
  return (
    <Page title={texts.models.title} actions={(models.data?.length ?? 0) > 0 && <TextInput size="xs" type="search" w={280} placeholder={texts.models.filter} aria-label={texts.models.filter} value={wanted} onChange={(event) => want(event.currentTarget.value)} />}>
      <Frame>
        <QueryGate query={models} heightPx={240}>
          {(all) => {
            if (all.length === 0) return <EmptyState what={texts.models.empty} next={texts.models.emptyNext} />;
            const shown = families(all).filter(({ name, family, recipe, id }) => `${name} ${family} ${recipe ?? ""} ${id}`.toLowerCase().includes(wanted.trim().toLowerCase()));
            return shown.length === 0 ? <EmptyState what={texts.models.noneMatches} /> : <ModelTable models={shown} />;
          }}
        </QueryGate>
      </Frame>
      <CommandTwin words={["model", "ls"]} />
    </Page>
  );
}

function ModelTable({ models }: { readonly models: readonly Model[] }): ReactNode {
  const { texts, format } = useLocale();
  const navigate = useNavigate();
  const reports = useReports().data ?? [];
  return (
    <DataTable
      label={texts.models.title} rows={models} keyOf={({ id }) => id} onOpen={({ id }) => void navigate({ to: "/models/$id", params: { id } })}
      columns={[
        { id: "name", title: texts.common.name, width: "minmax(128px, 3fr)", cell: ({ name, kind }) => <strong><Name>{kind === "package" ? `└ ${name}` : name}</Name></strong> },
        { id: "id", title: "ID", width: "156px", cell: ({ id }) => <Id id={id} /> },
        { id: "family", title: texts.models.family, width: "minmax(92px, 1fr)", cell: ({ family }) => <Name>{family}</Name> },
        { id: "recipe", title: texts.models.recipe, width: "minmax(88px, 1fr)", cell: ({ recipe }) => (recipe === null ? texts.models.asPublished : <Name>{recipe}</Name>) },
        { id: "parameters", title: texts.models.parameters, width: "minmax(78px, 0.6fr)", align: "end", cell: ({ totalParameters }) => <Figure>{format.parameters(totalParameters)}</Figure> },
        { id: "active", title: texts.models.active, width: "minmax(52px, 0.6fr)", align: "end", cell: ({ activeParameters }) => <Figure>{format.parameters(activeParameters)}</Figure> },
        { id: "bytes", title: texts.common.size, width: "minmax(64px, 0.6fr)", align: "end", cell: ({ bytes }) => <Bytes value={bytes} /> },
        { id: "speed", title: texts.reports.decode, width: "minmax(96px, 0.8fr)", align: "end", cell: ({ id }) => <Figure>{speedOf(id, reports, format)}</Figure> },
        { id: "loss", title: texts.reports.kl, width: "minmax(108px, 0.8fr)", align: "end", cell: ({ id }) => <Figure>{lossOf(id, reports, format)}</Figure> },
      ]}
    />
  );
}

type Format = ReturnType<typeof useLocale>["format"];

/** The newest of each; reports come newest first. */
function speedOf(id: string, reports: readonly Report[], format: Format): string {
  for (const { modelId, body } of reports) if (modelId === id && body.kind === "speed") return format.withError(body.decodeTokensPerSecond.median, body.decodeTokensPerSecond.medianAbsoluteDeviation);
  return DASH;
}

function lossOf(id: string, reports: readonly Report[], format: Format): string {
  for (const { modelId, body } of reports) if (modelId === id && body.kind === "perplexity" && body.against !== null) return format.withError(body.against.klMean.mean, body.against.klMean.standardError);
  return DASH;
}

/** Every checkpoint with the packages made from it below; packages that came without their checkpoint last. */
function families(models: readonly Model[]): readonly Model[] {
  const checkpoints = models.filter(({ kind }) => kind === "checkpoint");
  const ids = new Set(checkpoints.map(({ id }) => id));
  return [...checkpoints.flatMap((checkpoint) => [checkpoint, ...models.filter(({ parentId }) => parentId === checkpoint.id)]), ...models.filter(({ kind, parentId }) => kind === "package" && (parentId === null || !ids.has(parentId)))];
}
