import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { ModelInspection } from "../../../shared/contract.ts";
import { useInspection } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { CommandTwin } from "../../ui/command-twin.tsx";
import { Bytes, Figure, KeyFigures } from "../../ui/figures.tsx";
import { Id, Name } from "../../ui/names.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";
import { CacheGrowth } from "./cache-growth.tsx";
import { ChatTemplate } from "./chat-template.tsx";
import { Formulas } from "./formulas.tsx";
import { LayerGrid } from "./layer-grid.tsx";
import { Lineage } from "./lineage.tsx";
import { ModelActions } from "./model-actions.tsx";
import { ModelAudit } from "./model-audit.tsx";
import { ModelFacts } from "./model-facts.tsx";
import { ModelLicences } from "./model-licences.tsx";
import styles from "./model-page.module.css";
import { ModelReports } from "./model-reports.tsx";
import { WeightClasses } from "./weight-classes.tsx";

export function ModelPage(): ReactNode {
  const { texts } = useLocale();
  const { id } = useParams({ from: "/models/$id" });
  const inspection = useInspection(id);
  const model = inspection.data?.model ?? null;
  return (
    <Page
      title={<Name>{model?.name ?? id}</Name>}
      lead={<>{model === null ? null : <>{texts.models[model.kind]} · <bdi>{model.family}</bdi>{model.recipe !== null && <> · <bdi>{model.recipe}</bdi></>} · </>}<Id id={model?.id ?? id} /></>}
      actions={<Link to="/models">{texts.models.title}</Link>}
    >
      <QueryGate query={inspection} heightPx={600}>{(found) => <Inspected inspection={found} />}</QueryGate>
      <CommandTwin words={["model", "inspect", model?.id ?? id]} />
    </Page>
  );
}

function Inspected({ inspection }: { readonly inspection: ModelInspection }): ReactNode {
  const { texts, format } = useLocale();
  const { model, spec, arithmetic, checkpoint, recipe } = inspection;
  const { moe } = spec;
  return (
    <>
      <KeyFigures figures={[
        { name: texts.model.field.total, value: <Figure>{format.parameters(arithmetic.totalParameters)}</Figure>, note: <Figure>{format.count(arithmetic.totalParameters)}</Figure> },
        { name: texts.model.field.active, value: <Figure>{format.parameters(arithmetic.activeParameters)}</Figure>, note: <Figure>{format.percent(arithmetic.activeParameters / arithmetic.totalParameters)}</Figure> },
        { name: texts.common.size, value: <Bytes value={model?.bytes ?? checkpoint?.bytes ?? null} />, note: recipe === null ? texts.models.asPublished : <Name>{recipe.name}</Name> },
        { name: texts.model.experts, value: <Figure>{moe === null ? texts.common.none : `${format.count(moe.expertsPerToken)} / ${format.count(moe.expertCount)}`}</Figure>, note: moe === null ? undefined : <bdi>{moe.router.score}</bdi> },
        { name: texts.model.field.cacheToken, value: <Bytes value={arithmetic.cacheBytesPerToken} />, note: <bdi>{spec.attention.kind.toUpperCase()}</bdi> },
        { name: texts.model.field.positions, value: <Figure>{format.count(spec.maxPositions)}</Figure>, note: <bdi>{spec.rope.scaling}</bdi> },
      ]} />
      {model !== null && <ModelActions model={model} />}
      <Section title={texts.model.classes} hint={texts.model.classesHint}><WeightClasses classes={arithmetic.classes} /></Section>
      <Section title={texts.model.layers} hint={moe === null ? texts.model.denseHint(format.count(spec.layers.length)) : texts.model.layersHint(format.count(spec.layers.length), format.count(moe.expertCount), format.count(moe.expertsPerToken))}>
        <LayerGrid spec={spec} recipe={recipe} />
      </Section>
      <Section title={texts.model.cache} hint={texts.model.cacheHint}><CacheGrowth inspection={inspection} /></Section>
      <div className={styles["pair"]}>
        <ModelFacts inspection={inspection} />
        <div className={styles["stack"]}>
          {model !== null && <Lineage model={model} />}
          {model !== null && <ModelReports id={model.id} />}
          <Formulas spec={spec} />
        </div>
      </div>
      {model !== null && <ChatTemplate id={model.id} />}
      {model !== null && <ModelLicences id={model.id} />}
      {model !== null && <ModelAudit digest={shownText(model.digest)} id={model.id} />}
    </>
  );
}
