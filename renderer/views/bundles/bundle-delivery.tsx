import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { BundleContents } from "../../../shared/schemas/bundle.ts";
import { useClient } from "../../client-context.ts";
import { SUBJECTS } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { isolated, shownText, visibleText } from "../../texts/shown-text.ts";
import { FieldList } from "../../ui/figures.tsx";
import { Name } from "../../ui/names.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";
import styles from "./bundles-page.module.css";

/** What is delivered to whom: marks first, then packages, then each target with the files that start it there. */
export function BundleDelivery({ bundle, contents: { delivery, layers } }: { readonly bundle: string; readonly contents: BundleContents }): ReactNode {
  const { texts: { bundles: words }, wizards: { export: exported }, format } = useLocale();
  const [shown, show] = useState("");
  if (delivery === null) return null;
  const texts = layers.filter((layer) => layer.package === null && /^(launch|model-cards|licences)\/|^bom\.cdx\.json$/.test(layer.path)).map(({ path }) => path);
  return (
    <>
      <FieldList
        fields={[
          { name: exported.marks, value: delivery.marks.length === 0 ? words.noMarks : <strong><bdi>{delivery.marks.map(({ text }) => shownText(text, 200)).join(" · ")}</bdi></strong> },
          ...delivery.packages.map((each) => ({ name: exported.field[each.kind], value: <Name>{each.name}</Name>, note: <>{isolated(each.precision)}, {isolated(format.bytes(each.bytes))}{each.licence === null ? "" : `, ${isolated(each.licence)}`}</> })),
          ...delivery.targets.map((each) => ({ name: exported.field.target, value: exported.engineOn(isolated(exported.engines[each.kind]), isolated(each.site.name)), note: isolated(each.package) })),
        ]}
      />
      <section>
        <h3>{words.readable}</h3>
        <ul className={styles["texts"]}>{texts.map((path) => <li key={path}><Button variant="subtle" size="compact-sm" aria-expanded={shown === path} onClick={() => show(shown === path ? "" : path)}><bdi dir="ltr">{shownText(path, 120)}</bdi></Button></li>)}</ul>
        {shown !== "" && <BundleText bundle={bundle} path={shown} />}
      </section>
    </>
  );
}

function BundleText({ bundle, path }: { readonly bundle: string; readonly path: string }): ReactNode {
  const client = useClient();
  const text = useQuery({ queryKey: [SUBJECTS.bundles, "text", bundle, path], queryFn: ({ signal }) => client.bundle.text({ bundle, path }, { signal }) });
  return <QueryGate query={text} heightPx={160}>{(found) => <pre className={styles["text"]} dir="ltr" tabIndex={0}>{visibleText(found.text)}</pre>}</QueryGate>;
}
