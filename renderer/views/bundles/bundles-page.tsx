import { Button, TextInput } from "@mantine/core";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { type Bundle, BundleVerification } from "../../../shared/schemas/bundle.ts";
import type { Job } from "../../../shared/schemas/job.ts";
import { recordAt } from "../../job-subject.ts";
import { useBundleContents, useBundles, useJobAction, useJobs } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { CommandTwin } from "../../ui/command-twin.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { Bytes, FieldList, Time } from "../../ui/figures.tsx";
import { JobProgress } from "../../ui/job-progress.tsx";
import { Digest, Id, Name, Path } from "../../ui/names.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";
import { SignatureAnswer } from "../../ui/signature-answer.tsx";
import { BundleDelivery } from "./bundle-delivery.tsx";
import styles from "./bundles-page.module.css";

export function BundlesPage(): ReactNode {
  const { texts } = useLocale();
  const bundles = useBundles();
  const navigate = useNavigate();
  const { id: chosen } = useParams({ strict: false });
  const bundle = bundles.data?.find(({ id }) => id === chosen);
  return (
    <Page title={texts.bundles.title}>
      <QueryGate query={bundles} heightPx={200}>
        {(all) => (
          <Section title={texts.bundles.title} hint={all.length === 0 ? undefined : texts.bundles.channel}>
            {all.length === 0 ? <EmptyState what={texts.bundles.empty} next={texts.bundles.emptyNext} /> : (
              <BundleTable bundles={all.toReversed()} chosen={chosen ?? null} onOpen={({ id }) => void navigate({ to: "/bundles/$id", params: { id }, replace: chosen !== undefined })} />
            )}
          </Section>
        )}
      </QueryGate>
      {bundle !== undefined && <BundleDetail key={bundle.id} bundle={bundle} />}
      <VerifyOther />
      <CommandTwin words={bundle === undefined ? ["bundle", "ls"] : ["bundle", "inspect", bundle.id]} />
    </Page>
  );
}

function BundleTable({ bundles, chosen, onOpen }: { readonly bundles: readonly Bundle[]; readonly chosen: string | null; readonly onOpen: (bundle: Bundle) => void }): ReactNode {
  const { texts, format } = useLocale();
  const jobs = useJobs().data ?? [];
  return (
    <DataTable
      label={texts.bundles.title} rows={bundles} keyOf={({ id }) => id} selectedKey={chosen} onOpen={onOpen}
      columns={[
        { id: "name", title: texts.bundles.model, width: "minmax(140px, 2fr)", cell: ({ name }) => <strong><Name>{name}</Name></strong> },
        { id: "id", title: "ID", width: "172px", cell: ({ id }) => <Id id={id} /> },
        { id: "bytes", title: texts.common.size, width: "72px", align: "end", cell: ({ bytes }) => <Bytes value={bytes} /> },
        { id: "digest", title: texts.common.digest, width: "minmax(220px, 1.4fr)", cell: ({ digest }) => <Digest digest={digest} /> },
        { id: "verified", title: texts.bundles.verification, width: "minmax(172px, 1.2fr)", cell: (bundle) => { const last = lastVerification(bundle, jobs); return last?.state === "done" ? texts.bundles.verifiedAt(format.time(last.endedAt)) : last === undefined ? texts.bundles.notVerified : texts.jobs.state[last.state]; } },
        { id: "made", title: texts.common.created, width: "132px", align: "end", cell: ({ createdAt }) => <Time iso={createdAt} /> },
      ]}
    />
  );
}

function lastVerification({ path }: Bundle, jobs: readonly Job[]): Job | undefined {
  return jobs.find((job) => job.kind === "bundle.verify" && job.request["bundle"] === path);
}

function BundleDetail({ bundle }: { readonly bundle: Bundle }): ReactNode {
  const { texts } = useLocale();
  const contents = useBundleContents(bundle.id);
  const verification = lastVerification(bundle, useJobs().data ?? []);
  const verified = verification?.state === "done" ? BundleVerification.safeParse(recordAt(verification.result, "verification")).data : undefined;
  const verify = useJobAction((client, { path, digest }: Bundle) => client.bundle.verify({ bundle: path, expectedDigest: digest }));
  return (
    <Section title={<Name>{bundle.name}</Name>} aside={<Button loading={verify.isPending || verification?.state === "running"} onClick={() => verify.mutate(bundle)} title={texts.bundles.verifyWhat}>{texts.bundles.verify}</Button>}>
      {verify.error !== null && <ErrorPanel error={verify.error} />}
      {verification?.state === "running" && <JobProgress job={verification} />}
      {verification?.error !== null && verification !== undefined && <ErrorPanel error={{ data: verification.error }} />}
      <QueryGate query={contents} heightPx={240}>
        {(found) => (
          <>
            <FieldList fields={[
              { name: texts.common.path, value: <Path path={bundle.path} /> },
              { name: texts.common.digest, value: <Digest digest={found.digest} whole /> },
              ...(verified === undefined ? [] : [{ name: texts.bundles.signature.title, value: <SignatureAnswer signature={verified.signature} /> }]),
              { name: texts.bundles.model, value: <Link to="/models/$id" params={{ id: bundle.modelId }}><Name>{bundle.name}</Name></Link>, note: <bdi>{shownText(found.family, 60)}, {shownText(found.recipe, 60)}</bdi> },
              { name: texts.bundles.modelDigest, value: <Digest digest={found.modelDigest} /> },
              { name: texts.bundles.checkpointDigest, value: <Digest digest={found.checkpointDigest} /> },
              { name: texts.bundles.licences, value: found.licences.length === 0 ? texts.bundles.noLicences : <bdi>{found.licences.map((licence) => shownText(licence, 120)).join(", ")}</bdi> },
            ]} />
            <BundleDelivery bundle={bundle.path} contents={found} />
            <DataTable
              label={texts.bundles.files} rows={found.layers} keyOf={({ path }) => path}
              columns={[
                { id: "path", title: texts.bundles.file, width: "minmax(180px, 2fr)", cell: ({ path }) => <Name>{path}</Name> },
                { id: "bytes", title: texts.common.size, width: "96px", align: "end", cell: ({ bytes }) => <Bytes value={bytes} /> },
                { id: "type", title: texts.bundles.type, width: "minmax(240px, 2fr)", cell: ({ mediaType }) => <Name>{mediaType}</Name> },
                { id: "digest", title: texts.common.digest, width: "minmax(236px, 1fr)", cell: (layer) => <Digest digest={layer.digest} /> },
              ]}
            />
          </>
        )}
      </QueryGate>
    </Section>
  );
}

/** A bundle that was carried in. */
function VerifyOther(): ReactNode {
  const { texts } = useLocale();
  const navigate = useNavigate();
  const [path, setPath] = useState("");
  const [digest, setDigest] = useState("");
  const verify = useJobAction((client, request: { bundle: string; expectedDigest?: string }) => client.bundle.verify(request));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (path.trim() === "") return;
    verify.mutate({ bundle: path.trim(), ...(digest.trim() === "" ? {} : { expectedDigest: digest.trim() }) }, { onSuccess: ({ id }) => void navigate({ to: "/jobs/$id", params: { id } }) });
  };
  return (
    <Section title={texts.bundles.verifyOther} hint={texts.bundles.verifyOtherWhat}>
      <form className={styles["form"]} onSubmit={submit}>
        <TextInput className={styles["path"] ?? ""} label={texts.common.path} dir="ltr" placeholder="/media/usb/bundle" value={path} onChange={(event) => setPath(event.currentTarget.value)} />
        <TextInput className={styles["path"] ?? ""} label={texts.bundles.expectedDigest} dir="ltr" placeholder="sha256:…" value={digest} onChange={(event) => setDigest(event.currentTarget.value)} />
        <Button type="submit" loading={verify.isPending} disabled={path.trim() === ""}>{texts.bundles.verify}</Button>
      </form>
      {verify.error !== null && <ErrorPanel error={verify.error} />}
    </Section>
  );
}
