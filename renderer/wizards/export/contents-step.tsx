import type { ReactNode } from "react";
import type { Model } from "../../../shared/schemas/model.ts";
import type { Plan } from "../../../shared/schemas/plan.ts";
import { useInspection } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { Bytes, FieldList } from "../../ui/figures.tsx";
import { Digest, Name } from "../../ui/names.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";
import styles from "./export.module.css";

/** Before anything is written: what goes in, how large it is, and how many media it takes. Licences are looked for while it is made. */
export function ContentsStep({ model, plan }: { readonly model: Model; readonly plan: Plan | undefined }): ReactNode {
  const { wizards: { export: words, recipes } } = useLocale();
  const inspection = useInspection(model.id);
  return (
    <>
      <ul className={styles["goes"]}>{words.goesIn.map((line) => <li key={line}>{line}</li>)}</ul>
      <QueryGate query={inspection} heightPx={140}>
        {({ recipe }) => (
          <FieldList
            fields={[
              { name: words.field.package, value: <Name>{model.name}</Name> }, { name: words.field.recipe, value: model.recipe ?? "–", note: recipes[recipe?.name ?? ""] ?? recipe?.description },
              { name: words.field.size, value: <Bytes value={model.bytes} /> }, { name: words.field.digest, value: <Digest digest={model.digest} /> },
            ]}
          />
        )}
      </QueryGate>
      <Media plan={plan} />
    </>
  );
}

const MEDIA = ["dvd5", "dvd9", "bd25", "usb64", "usb256"] as const;

function Media({ plan }: { readonly plan: Plan | undefined }): ReactNode {
  const { wizards: { export: words }, format } = useLocale();
  const media = plan?.options.find(({ engine }) => engine === "onnx")?.arrangement?.media;
  return (
    <section className={styles["media"]}>
      <h3>{words.media}</h3>
      {media === undefined
        ? <p className={styles["soft"]}>{words.mediaUnknown}</p>
        : <dl className={styles["counts"]}>{MEDIA.map((kind) => <div key={kind}><dt>{words.medium[kind]}</dt><dd>{format.count(media[kind])}</dd></div>)}</dl>}
      <p className={styles["soft"]}>{words.mediaWhat}</p>
    </section>
  );
}
