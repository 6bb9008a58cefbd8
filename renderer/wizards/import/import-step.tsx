import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Arrival } from "../../../shared/schemas/import-preflight.ts";
import type { Job } from "../../../shared/schemas/job.ts";
import { arrivalFields } from "../../arrival-fields.tsx";
import { recordAt, textAt } from "../../job-subject.ts";
import { useLocale } from "../../texts/locale.tsx";
import { FieldList } from "../../ui/figures.tsx";
import { Digest, Id, Name } from "../../ui/names.tsx";
import { JobRun } from "../frame/job-run.tsx";
import { NextSteps } from "../frame/next-steps.tsx";
import type { FoundJob } from "../frame/use-job.ts";

interface ImportStepProps {
  readonly found: FoundJob;
  readonly onRestart: () => void;
}

export function ImportStep({ found, onRestart }: ImportStepProps): ReactNode {
  const { wizards: { import: words } } = useLocale();
  return (
    <>
      <JobRun found={found} doing={words.doing} onRestart={onRestart} />
      {found.job?.state === "done" && <Imported job={found.job} onRestart={onRestart} />}
    </>
  );
}

function Imported({ job, onRestart }: { readonly job: Job; readonly onRestart: () => void }): ReactNode {
  const locale = useLocale();
  const { wizards: { import: words }, format } = locale;
  const navigate = useNavigate();
  const model = recordAt(job.result, "model");
  const id = textAt(model, "id") ?? "";
  const tensors = job.result?.["tensors"];
  const arrival = Arrival.safeParse(job.result?.["arrival"]).data;
  return (
    <>
      <p>{job.result?.["alreadyPresent"] === true ? words.wasHere : words.isHere}</p>
      <FieldList
        fields={[
          { name: words.field.model, value: <Name>{textAt(model, "name") ?? ""}</Name> }, { name: words.field.id, value: <Id id={id} /> },
          { name: words.field.digest, value: <Digest digest={textAt(model, "digest") ?? ""} whole />, note: words.digestWhat },
          { name: words.field.tensors, value: format.count(typeof tensors === "number" ? tensors : null) },
          ...(arrival === undefined ? [] : arrivalFields(arrival, locale)),
        ]}
      />
      <NextSteps>
        <Button variant="filled" onClick={() => void navigate({ to: "/quantize", search: { model: id, step: "machine" } as never })}>{words.toQuantize}</Button>
        <Button onClick={() => void navigate({ to: "/models/$id", params: { id } })}>{words.toModel}</Button>
        <Button onClick={onRestart}>{words.another}</Button>
      </NextSteps>
    </>
  );
}
