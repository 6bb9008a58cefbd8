import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Bundle, BundleVerification } from "../../../shared/schemas/bundle.ts";
import type { Job } from "../../../shared/schemas/job.ts";
import { recordAt } from "../../job-subject.ts";
import { useBundleContents, useMachine } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { isolated, shownText } from "../../texts/shown-text.ts";
import { Bytes, FieldList } from "../../ui/figures.tsx";
import { Digest, Name, Path } from "../../ui/names.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";
import { SignatureAnswer } from "../../ui/signature-answer.tsx";
import { NextSteps } from "../frame/next-steps.tsx";
import { PRODUCT_VERSION } from "../frame/product-version.ts";
import styles from "./export.module.css";
import "./print-receipt.css";

interface ReceiptStepProps {
  readonly made: Job;
  readonly verified: Job;
  readonly onRestart: () => void;
}

/** What the sender signs and the receiver compares: the digest travels on paper, not with the bundle. */
export function ReceiptStep({ made, verified, onRestart }: ReceiptStepProps): ReactNode {
  const { wizards: { export: words } } = useLocale();
  const bundle = Bundle.safeParse(recordAt(made.result, "bundle")).data;
  const verification = BundleVerification.safeParse(recordAt(verified.result, "verification")).data;
  if (bundle === undefined || verification === undefined) return <p>{words.unreadable}</p>;
  return <Receipt bundle={bundle} verification={verification} madeAt={made.endedAt} verifiedAt={verified.endedAt} onRestart={onRestart} />;
}

interface ReceiptProps {
  readonly bundle: Bundle;
  readonly verification: BundleVerification;
  readonly madeAt: string | null;
  readonly verifiedAt: string | null;
  readonly onRestart: () => void;
}

function Receipt({ bundle, verification, madeAt, verifiedAt, onRestart }: ReceiptProps): ReactNode {
  const { wizards: { export: words, frame }, format } = useLocale();
  const navigate = useNavigate();
  const contents = useBundleContents(bundle.path);
  const host = useMachine().data?.platform.hostName ?? null;
  const isSame = verification.digest === bundle.digest;
  return (
    <>
      <article className={styles["receipt"]} data-receipt>
        <header><h3>{words.receiptTitle}</h3><span>{words.by(PRODUCT_VERSION)}</span></header>
        <p className={styles["digestName"]}>{words.digest}</p>
        <p className={styles["digest"]}><bdi dir="ltr">{shownText(bundle.digest)}</bdi></p>
        <p className={styles["state"]} data-same={isSame}>{isSame ? words.intact(format.count(verification.blobs), format.bytes(verification.bytes)) : words.differs(isolated(verification.digest))}</p>
        <FieldList
          fields={[
            { name: words.field.package, value: <Name>{bundle.name}</Name> },
            { name: words.field.madeAt, value: words.atOn(format.time(madeAt), host === null ? frame.unknown : isolated(host)) },
            { name: words.field.verifiedAt, value: words.tookSeconds(format.time(verifiedAt), format.duration(verification.seconds)) },
            { name: words.field.checked, value: words.checkedWhat }, { name: words.field.signature, value: <SignatureAnswer signature={verification.signature} /> },
            { name: words.field.path, value: <Path path={bundle.path} /> },
          ]}
        />
        <QueryGate query={contents} heightPx={200}>
          {({ recipe, family, licences, layers, modelDigest, checkpointDigest, bytes }) => (
            <>
              <FieldList
                fields={[
                  { name: words.field.recipe, value: `${family}, ${recipe}` }, { name: words.field.size, value: <Bytes value={bytes} /> },
                  { name: words.field.licences, value: licences.length === 0 ? words.noLicences : licences.map((licence) => shownText(licence, 100)).join(", ") },
                  { name: words.field.modelDigest, value: <Digest digest={modelDigest} whole /> }, { name: words.field.checkpointDigest, value: <Digest digest={checkpointDigest} whole /> },
                ]}
              />
              <table className={styles["files"]}>
                <caption>{words.files(format.count(layers.length))}</caption>
                <thead><tr><th>{words.field.file}</th><th>{words.field.size}</th><th>SHA-256</th></tr></thead>
                <tbody>{layers.map(({ path, bytes: size, digest }) => <tr key={path}><td><bdi dir="ltr">{shownText(path, 80)}</bdi></td><td><Bytes value={size} /></td><td><bdi dir="ltr"><code>{shortDigest(digest)}</code></bdi></td></tr>)}</tbody>
              </table>
            </>
          )}
        </QueryGate>
        <p className={styles["sign"]}><span>{words.handedOver}</span><span>{words.received}</span></p>
      </article>
      <p>{words.channel}</p>
      <NextSteps>
        <Button variant="filled" onClick={() => print()}>{words.print}</Button>
        <Button onClick={() => void navigate({ to: "/bundles/$id", params: { id: bundle.id } })}>{words.toBundle}</Button>
        <Button onClick={onRestart}>{words.another}</Button>
      </NextSteps>
    </>
  );
}

/** Enough to find a file by; the digest above holds all of them. */
function shortDigest(digest: string): string {
  const hex = digest.replace(/^sha256:/, "");
  return shownText(`${hex.slice(0, 16)}…${hex.slice(-8)}`);
}
