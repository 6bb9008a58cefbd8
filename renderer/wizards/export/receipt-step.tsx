import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { z } from "zod";
import { Bundle, type BundleContents, BundleDelta, BundleSplit } from "../../../shared/schemas/bundle.ts";
import type { Job } from "../../../shared/schemas/job.ts";
import { useClient } from "../../client-context.ts";
import { recordAt } from "../../job-subject.ts";
import { SUBJECTS, useBundleContents } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { isolated } from "../../texts/shown-text.ts";
import { Bytes, FieldList } from "../../ui/figures.tsx";
import { Digest, Name, Path } from "../../ui/names.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";
import { ReceiptView } from "../../ui/receipt-view.tsx";
import { saveFile } from "../../views/reports/save-file.ts";
import { lastPart } from "../folder/join-path.ts";
import { NextSteps } from "../frame/next-steps.tsx";
import styles from "./export.module.css";

interface ReceiptStepProps {
  readonly jobs: readonly Job[];
  readonly onRestart: () => void;
}

/** What the sender signs and the receiver compares: the digest travels on paper, not with the bundle. */
export function ReceiptStep({ jobs, onRestart }: ReceiptStepProps): ReactNode {
  const { wizards: { export: words } } = useLocale();
  const client = useClient();
  const navigate = useNavigate();
  const resultOf = (kind: Job["kind"], key: string): unknown => recordAt(jobs.find((job) => job.kind === kind)?.result, key);
  const verify = jobs.find(({ kind }) => kind === "bundle.verify");
  const bundle = Bundle.safeParse(resultOf("bundle.create", "bundle")).data;
  const split = BundleSplit.safeParse(resultOf("bundle.split", "split")).data;
  const delta = BundleDelta.safeParse(resultOf("bundle.delta", "delta")).data;
  const contents = useBundleContents(bundle?.path ?? "");
  const copy = useQuery({ queryKey: [SUBJECTS.jobs, "receipt", verify?.id], queryFn: ({ signal }) => client.bundle.receipt({ id: verify?.id ?? "" }, { signal }), enabled: verify !== undefined, staleTime: Number.POSITIVE_INFINITY });
  if (bundle === undefined || verify === undefined) return <p>{words.unreadable}</p>;
  return (
    <QueryGate query={copy} heightPx={400}>
      {(found) => (
        <>
          <ReceiptView copy={found}>
            {contents.data !== undefined && <Delivered contents={contents.data} />}
            {(split !== undefined || delta !== undefined) && <Carried split={split} delta={delta} />}
          </ReceiptView>
          <p>{words.channel}</p>
          <NextSteps>
            <Button variant="filled" onClick={() => print()}>{words.print}</Button>
            <Button onClick={() => saveFile(lastPart(found.files.html), "text/html", found.html)}>{words.save("HTML")}</Button>
            <Button onClick={() => saveFile(lastPart(found.files.json), "application/json", found.json)}>{words.save("JSON")}</Button>
            <Button onClick={() => saveFile(lastPart(found.files.text), "text/plain", found.text)}>{words.saveText}</Button>
            <Button onClick={() => void navigate({ to: "/bundles/$id", params: { id: bundle.id } })}>{words.toBundle}</Button>
            <Button onClick={onRestart}>{words.another}</Button>
          </NextSteps>
          <p className={styles["soft"]}>{words.liesBeside} <Path path={found.files.json} /></p>
        </>
      )}
    </QueryGate>
  );
}

function Delivered({ contents: { delivery, licences, name, recipe, bytes } }: { readonly contents: BundleContents }): ReactNode {
  const { wizards: { export: words }, format } = useLocale();
  const licencesLine = { name: words.field.licences, value: licences.length === 0 ? words.noLicences : isolated(licences.join(", ")) };
  if (delivery === null) return <FieldList fields={[{ name: words.field.package, value: <Name>{name}</Name>, note: isolated(recipe) }, { name: words.field.size, value: <Bytes value={bytes} /> }, licencesLine]} />;
  return (
    <FieldList
      fields={[
        ...delivery.packages.map((each) => ({ name: words.field[each.kind], value: <Name>{each.name}</Name>, note: <>{isolated(each.precision)}, {isolated(format.bytes(each.bytes))}{each.licence === null ? "" : `, ${isolated(each.licence)}`}</> })),
        ...delivery.targets.map((each) => ({
          name: words.field.target, value: words.engineOn(isolated(words.engines[each.kind]), isolated(each.site.name)),
          note: [isolated(each.package), ...(each.contextTokens === null ? [] : [words.contextOf(format.count(each.contextTokens))]), ...(each.concurrency === null ? [] : [words.sequencesOf(format.count(each.concurrency))])].join(" · "),
        })),
        licencesLine,
      ]}
    />
  );
}

/** What lies on the media, and what may happen to them. */
function Carried({ split, delta }: { readonly split: z.infer<typeof BundleSplit> | undefined; readonly delta: z.infer<typeof BundleDelta> | undefined }): ReactNode {
  const { wizards: { export: words }, format } = useLocale();
  return (
    <FieldList
      fields={[
        ...(delta === undefined ? [] : [{ name: words.field.delta, value: words.deltaOf(format.bytes(delta.dataBytes), format.bytes(delta.bytes)), note: <Digest digest={delta.base} /> }]),
        ...(split === undefined ? [] : [
          { name: words.field.volumes, value: words.volumesOf(format.count(split.dataVolumes), format.count(split.recoveryVolumes), format.bytes(split.volumeBytes)), note: words.mayBeLost(format.count(split.recoveryVolumes)) },
          { name: words.field.set, value: <Digest digest={split.set} whole /> },
          { name: words.field.volumesIn, value: <Path path={split.path} /> },
        ]),
      ]}
    />
  );
}
