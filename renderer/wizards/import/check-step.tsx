import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { ModelInspection } from "../../../shared/contract.ts";
import { type ErrorCode, errorFromRecord } from "../../../shared/errors.ts";
import type { ImportPreflight, SurveyedShard } from "../../../shared/schemas/import-preflight.ts";
import { errorText } from "../../texts/error-text.ts";
import { useLocale } from "../../texts/locale.tsx";
import { isolated, shownText } from "../../texts/shown-text.ts";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { Bytes, FieldList } from "../../ui/figures.tsx";
import { Path } from "../../ui/names.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";
import { visibleLines } from "../frame/visible-lines.ts";
import { ChecksumChoice } from "./checksum-choice.tsx";
import styles from "./import.module.css";
import type { ImportState } from "./import-state.ts";

/** More are in the command's --json. */
const SHOWN_SHARDS = 40;

interface CheckStepProps {
  readonly state: ImportState;
  readonly preflight: UseQueryResult<ImportPreflight>;
  readonly inspection: UseQueryResult<ModelInspection>;
  readonly pasted: string;
  readonly onChange: (change: Partial<ImportState>) => void;
  readonly onPaste: (text: string) => void;
}

/** Everything is known from headers, names and sizes: no byte has moved, and what is wrong is said before one does, all of it at once. */
export function CheckStep({ state, preflight, inspection, pasted, onChange, onPaste }: CheckStepProps): ReactNode {
  return (
    <>
      <QueryGate query={preflight} heightPx={320}>{(found) => <Found found={found} inspection={inspection.data} />}</QueryGate>
      <ChecksumChoice state={state} pasted={pasted} found={preflight.data?.checksums ?? null} onChange={onChange} onPaste={onPaste} />
    </>
  );
}

function Found({ found, inspection }: { readonly found: ImportPreflight; readonly inspection: ModelInspection | undefined }): ReactNode {
  const { wizards: { import: words }, format } = useLocale();
  const { refusal, licences, shards } = found;
  const faults = shards.filter(({ state, fault }) => state !== "present" || fault !== null);
  return (
    <>
      {refusal !== null && <ErrorPanel error={recorded(refusal)} />}
      {faults.length > 0 && (
        <section className={styles["part"]}>
          <h3>{words.shards(format.count(shards.length - faults.length), format.count(faults.length))}</h3>
          <ul className={styles["shards"]}>{faults.slice(0, SHOWN_SHARDS).map((shard) => <ShardFault key={shard.name} shard={shard} />)}</ul>
          {faults.length > SHOWN_SHARDS && <p>{words.moreShards(format.count(faults.length - SHOWN_SHARDS))}</p>}
        </section>
      )}
      {refusal === null && inspection !== undefined && <Sound found={found} inspection={inspection} />}
      {licences.map(({ file, bytes, text }) => (
        <details key={file} className={styles["licence"]}>
          <summary><bdi>{shownText(file, 80)}</bdi> <Bytes value={bytes} /></summary>
          <pre className={styles["template"]} dir="ltr" tabIndex={0}>{visibleLines(text)}</pre>
        </details>
      ))}
    </>
  );
}

function Sound({ found: { directory, licences, shards, files }, inspection: { spec, arithmetic, checkpoint, model } }: { readonly found: ImportPreflight; readonly inspection: ModelInspection }): ReactNode {
  const { wizards: { import: words }, format } = useLocale();
  if (checkpoint === null) return <p>{words.notACheckpoint}</p>;
  const weights = shards.filter(({ state }) => state === "present").length;
  return (
    <>
      <ul className={styles["checks"]}>
        <li>{words.architecture(spec.family, format.count(spec.layers.length))}</li>
        <li>{words.everyTensor(format.count(checkpoint.tensors - checkpoint.ignoredMtpTensors), format.count(weights))}</li>
        {checkpoint.ignoredMtpTensors > 0 && <li data-tone="note">{words.leftOut(format.count(checkpoint.ignoredMtpTensors))}</li>}
        <li>{words.noPickle}</li>
        <li data-tone={licences.length === 0 ? "note" : "ok"}>{licences.length === 0 ? words.noLicence : words.licences(licences.map(({ file }) => shownText(file, 80)).join(" · "))}</li>
        {model !== null && <li data-tone="note">{words.alreadyKnown(isolated(model.name), model.id)}</li>}
      </ul>
      <FieldList
        fields={[
          { name: words.field.folder, value: <Path path={directory} /> },
          { name: words.field.parameters, value: words.parametersOf(format.parameters(arithmetic.totalParameters), format.parameters(arithmetic.activeParameters)) },
          { name: words.field.files, value: <>{format.count(files)}, <Bytes value={checkpoint.bytes} /></> },
          { name: words.field.types, value: <bdi dir="ltr">{Object.entries(checkpoint.dtypes).map(([dtype, tensors]) => `${dtype} × ${format.count(tensors)}`).join(", ")}</bdi> },
          { name: words.field.context, value: format.count(spec.maxPositions) },
          { name: words.field.cache, value: <Bytes value={arithmetic.cacheBytesPerToken} /> },
        ]}
      />
    </>
  );
}

function ShardFault({ shard: { name, state, fault } }: { readonly shard: SurveyedShard }): ReactNode {
  const locale = useLocale();
  const { wizards: { import: words } } = locale;
  return (
    <li data-state={fault === null ? state : "faulty"}>
      <bdi dir="ltr"><code>{shownText(name, 120)}</code></bdi>
      <span>{fault !== null ? errorText(recorded(fault), locale).what : state === "missing" ? words.shardMissing : words.shardExtra}</span>
    </li>
  );
}

function recorded({ code, details }: NonNullable<ImportPreflight["refusal"]>): ReturnType<typeof errorFromRecord> {
  return errorFromRecord({ code: code as ErrorCode, details });
}
