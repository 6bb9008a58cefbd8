import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Model } from "../../../shared/schemas/model.ts";
import { arrivalFields } from "../../arrival-fields.tsx";
import { useBundles, useModels } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { FieldList } from "../../ui/figures.tsx";
import { Name } from "../../ui/names.tsx";
import { Section } from "../../ui/page.tsx";
import styles from "./lineage.module.css";

/** Where a model comes from, what was made of it. */
export function Lineage({ model }: { readonly model: Model }): ReactNode {
  const locale = useLocale();
  const { texts } = locale;
  const models = useModels().data ?? [];
  const bundles = (useBundles().data ?? []).filter(({ modelId }) => modelId === model.id);
  const parent = models.find(({ id }) => id === model.parentId);
  const children = models.filter(({ parentId }) => parentId === model.id);
  const link = ({ id, name }: Pick<Model, "id" | "name">): ReactNode => <Link key={id} to="/models/$id" params={{ id }}><Name>{name}</Name></Link>;
  return (
    <Section title={texts.model.lineage}>
      <FieldList fields={[
        ...(model.arrival === undefined ? [] : arrivalFields(model.arrival, locale)),
        ...(model.parentId === null ? [] : [{ name: texts.model.madeFrom, value: parent === undefined ? <bdi dir="ltr"><code>{model.parentId}</code></bdi> : link(parent) }]),
        ...(model.kind === "checkpoint" ? [{ name: texts.model.madeInto, value: children.length === 0 ? texts.common.none : <span className={styles["links"]}>{children.map(link)}</span> }] : []),
        ...(model.kind === "package" ? [{ name: texts.model.inBundles, value: bundles.length === 0 ? texts.common.none : <span className={styles["links"]}>{bundles.map(({ id, name }) => <Link key={id} to="/bundles/$id" params={{ id }}><Name>{name}</Name></Link>)}</span> }] : []),
      ]} />
    </Section>
  );
}
