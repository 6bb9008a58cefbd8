import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { RecipePreview } from "../../../shared/schemas/recipe-preview.ts";
import { useLocale } from "../../texts/locale.tsx";
import { type DataColumn, DataTable } from "../../ui/data-table.tsx";
import { Bytes, Figure } from "../../ui/figures.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";
import { WizardField } from "../frame/wizard-field.tsx";
import styles from "./quantize.module.css";

interface PreviewStepProps {
  readonly preview: UseQueryResult<RecipePreview>;
  readonly name: string;
  readonly usualName: string;
  readonly onName: (name: string) => void;
}

type Row = RecipePreview["classes"][number];

export function PreviewStep({ preview, name, usualName, onName }: PreviewStepProps): ReactNode {
  const { wizards: { quantize: words } } = useLocale();
  return (
    <>
      <QueryGate query={preview} heightPx={320}>{(found) => <Classes preview={found} />}</QueryGate>
      <WizardField label={words.name} placeholder={usualName} value={name} maxLength={200} onValue={onName} />
    </>
  );
}

function Classes({ preview: { classes } }: { readonly preview: RecipePreview }): ReactNode {
  const { wizards: { quantize: words }, format } = useLocale();
  const rows = classes.toSorted((a, b) => b.bytes - a.bytes);
  const largest = rows[0]?.bytes ?? 1;
  const columns: DataColumn<Row>[] = [
    { id: "class", title: words.weightClass, width: "minmax(164px, 1.2fr)", cell: ({ weightClass }) => <bdi dir="ltr"><code>{weightClass}</code></bdi> },
    { id: "format", title: words.storedAs, width: "minmax(84px, 0.7fr)", cell: ({ format: stored }) => words.formats(stored) },
    { id: "matrices", title: words.matrices, align: "end", width: "minmax(56px, 0.4fr)", cell: ({ matrices }) => <Figure>{format.count(matrices)}</Figure> },
    { id: "bits", title: words.bitsTitle, align: "end", width: "minmax(46px, 0.3fr)", cell: ({ bytes, parameters }) => <Figure>{format.number((bytes * 8) / parameters)}</Figure> },
    { id: "bytes", title: words.bytes, align: "end", width: "64px", cell: ({ bytes }) => <Bytes value={bytes} /> },
    { id: "share", title: "", width: "minmax(46px, 1.4fr)", cell: ({ bytes }) => <span className={styles["bar"]}><span style={{ inlineSize: `${(bytes / largest) * 100}%` }} /></span> },
  ];
  return <div className={styles["classes"]}><DataTable label={words.classesLabel} rows={rows} columns={columns} keyOf={({ weightClass, format: stored }) => `${weightClass} ${stored}`} /></div>;
}
