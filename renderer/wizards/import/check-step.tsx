import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { ModelInspection } from "../../../shared/contract.ts";
import { useLocale } from "../../texts/locale.tsx";
import { Bytes, FieldList } from "../../ui/figures.tsx";
import { Path } from "../../ui/names.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";
import { useFolder } from "../folder/use-folder.ts";
import styles from "./import.module.css";

/** As bundle making looks for them. */
const LICENCE_FILE = /^(licen[cs]e|copying|notice)([._-].*)?$/i;

interface CheckStepProps {
  readonly folder: string;
  readonly inspection: UseQueryResult<ModelInspection>;
}

/** Everything is known from headers: no byte has moved, and what is wrong is said before one does. */
export function CheckStep({ folder, inspection }: CheckStepProps): ReactNode {
  return <QueryGate query={inspection} heightPx={320}>{(found) => <Found folder={folder} found={found} />}</QueryGate>;
}

function Found({ folder, found: { spec, arithmetic, checkpoint, model } }: { readonly folder: string; readonly found: ModelInspection }): ReactNode {
  const { wizards: { import: words }, format } = useLocale();
  const files = useFolder(folder).data?.entries ?? [];
  const licences = files.filter(({ kind, name }) => kind === "file" && LICENCE_FILE.test(name)).map(({ name }) => name);
  if (checkpoint === null) return <p>{words.notACheckpoint}</p>;
  const shards = files.filter(({ name }) => name.endsWith(".safetensors")).length;
  return (
    <>
      <ul className={styles["checks"]}>
        <li>{words.architecture(spec.family, format.count(spec.layers.length))}</li>
        <li>{words.everyTensor(format.count(checkpoint.tensors - checkpoint.ignoredMtpTensors), format.count(shards))}</li>
        {checkpoint.ignoredMtpTensors > 0 && <li data-tone="note">{words.leftOut(format.count(checkpoint.ignoredMtpTensors))}</li>}
        <li>{words.noPickle}</li>
        <li data-tone={licences.length === 0 ? "note" : "ok"}>{licences.length === 0 ? words.noLicence : words.licences(format.list(licences))}</li>
        {model !== null && <li data-tone="note">{words.alreadyKnown(model.name, model.id)}</li>}
      </ul>
      <FieldList
        fields={[
          { name: words.field.folder, value: <Path path={folder} /> },
          { name: words.field.parameters, value: words.parametersOf(format.parameters(arithmetic.totalParameters), format.parameters(arithmetic.activeParameters)) },
          { name: words.field.files, value: <>{format.count(checkpoint.files)}, <Bytes value={checkpoint.bytes} /></> },
          { name: words.field.types, value: <bdi dir="ltr">{Object.entries(checkpoint.dtypes).map(([dtype, tensors]) => `${dtype} × ${format.count(tensors)}`).join(", ")}</bdi> },
          { name: words.field.context, value: format.count(spec.maxPositions) },
          { name: words.field.cache, value: <Bytes value={arithmetic.cacheBytesPerToken} /> },
          { name: words.field.checksums, value: words.checksumsWhat },
        ]}
      />
    </>
  );
}
