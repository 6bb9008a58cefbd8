import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { ModelInspection } from "../../../shared/contract.ts";
import type { Model } from "../../../shared/schemas/model.ts";
import { useInspection, useModels } from "../../queries.ts";
import { DASH } from "../../texts/format.ts";
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
  // What the store knows is there at once; headers, tokenizer and template are read for the rest.
  const known = useModels().data?.find((one) => one.id === id) ?? null;
  const model = inspection.data === undefined ? known : inspection.data.model;
  return (
    <Page
      title={<Name>{model?.name ?? id}</Name>}
      lead={<>{model === null ? null : <>{texts.models[model.kind]} · <bdi>{model.family}</bdi>{model.recipe !== null && <> · <bdi>{model.recipe}</bdi></>} · </>}<Id id={model?.id ?? id} /></>}
      actions={<Link to="/models">{texts.models.title}</Link>}
    >
      {(model !== null || inspection.data !== undefined) && <Overview model={model} inspection={inspection.data ?? null} />}
      {model !== null && <ModelActions model={model} />}
      <QueryGate query={inspection} heightPx={600}>{(found) => <Inspected inspection={found} />}</QueryGate>
      <CommandTwin words={["model", "inspect", model?.id ?? id]} />
    </Page>
  );
}

function Overview({ model, inspection }: { readonly model: Model | null; readonly inspection: ModelInspection | null }): ReactNode {
  const { texts, format } = useLocale();
  const total = inspection?.arithmetic.totalParameters ?? model?.totalParameters ?? null;
  const active = inspection?.arithmetic.activeParameters ?? model?.activeParameters ?? null;
  const spec = inspection?.spec ?? null;
  const recipe = inspection?.recipe?.name ?? model?.recipe ?? null;
  return (
    <KeyFigures figures={[
      { name: texts.model.field.total, value: <Figure>{format.parameters(total)}</Figure>, note: <Figure>{format.count(total)}</Figure> },
      { name: texts.model.field.active, value: <Figure>{format.parameters(active)}</Figure>, note: <Figure>{total === null || active === null ? DASH : format.percent(active / total)}</Figure> },
      { name: texts.common.size, value: <Bytes value={model?.bytes ?? inspection?.checkpoint?.bytes ?? null} />, note: recipe === null ? texts.models.asPublished : <Name>{recipe}</Name> },
      { name: texts.model.experts, value: <Figure>{spec === null ? DASH : spec.moe === null ? texts.common.none : `${format.count(spec.moe.expertsPerToken)} / ${format.count(spec.moe.expertCount)}`}</Figure>, note: <bdi>{spec?.moe?.router.score ?? "\u00A0"}</bdi> },
      { name: texts.model.field.cacheToken, value: <Bytes value={inspection?.arithmetic.cacheBytesPerToken ?? null} />, note: <bdi>{spec?.attention.kind.toUpperCase() ?? "\u00A0"}</bdi> },
      { name: texts.model.field.positions, value: <Figure>{format.count(spec?.maxPositions ?? null)}</Figure>, note: <bdi>{spec?.rope.scaling ?? "\u00A0"}</bdi> },
    ]} />
  );
}

function Inspected({ inspection }: { readonly inspection: ModelInspection }): ReactNode {
  const { texts, format } = useLocale();
  const { model, spec, arithmetic, recipe } = inspection;
  const { moe } = spec;
  return (
    <>
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
