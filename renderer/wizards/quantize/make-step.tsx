import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { Job } from "../../../shared/schemas/job.ts";
import { Model } from "../../../shared/schemas/model.ts";
import { useClient } from "../../client-context.ts";
import { recordAt } from "../../job-subject.ts";
import { useModels } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { Bytes, FieldList } from "../../ui/figures.tsx";
import { Digest, Id, Name } from "../../ui/names.tsx";
import { JobRun } from "../frame/job-run.tsx";
import { NextSteps } from "../frame/next-steps.tsx";
import type { FoundJob } from "../frame/use-job.ts";
import { referencePackage } from "../plan/known-loss.ts";
import { AnswersMeasure } from "./answers-measure.tsx";
import { LossMeasure } from "./loss-measure.tsx";
import type { QuantizeState } from "./quantize-state.ts";

interface MakeStepProps {
  readonly found: FoundJob;
  readonly state: QuantizeState;
  readonly onChange: (change: Partial<QuantizeState>) => void;
  readonly onRestart: () => void;
}

export function MakeStep({ found, state, onChange, onRestart }: MakeStepProps): ReactNode {
  const { wizards: { quantize: words } } = useLocale();
  const made = found.job?.state === "done" ? Model.safeParse(recordAt(found.job.result, "model")).data : undefined;
  return (
    <>
      <JobRun found={found} doing={words.doing} onRestart={onRestart} />
      {found.job !== undefined && made !== undefined && <Made job={found.job} made={made} state={state} onChange={onChange} onRestart={onRestart} />}
    </>
  );
}

function Made({ job, made, state, onChange, onRestart }: Omit<MakeStepProps, "found"> & { readonly job: Job; readonly made: Model }): ReactNode {
  const { wizards: { quantize: words }, format } = useLocale();
  const navigate = useNavigate();
  const reference = referencePackage(made.parentId ?? "", useModels().data ?? []);
  const seconds = job.result?.["seconds"];
  return (
    <>
      <p>{job.result?.["alreadyPresent"] === true ? words.wasHere : words.isHere}</p>
      <FieldList
        fields={[
          { name: words.field.package, value: <Name>{made.name}</Name> }, { name: words.field.id, value: <Id id={made.id} /> }, { name: words.field.size, value: <Bytes value={made.bytes} /> },
          { name: words.field.took, value: format.duration(typeof seconds === "number" ? seconds : null) },
          { name: words.field.parity, value: job.result?.["parityRecorded"] === true ? words.parityRecorded : words.parityNotRecorded },
          { name: words.field.digest, value: <Digest digest={made.digest} /> },
        ]}
      />
      <LossMeasure made={made} state={state} onChange={onChange} />
      {made.recipe !== "f32" && <AnswersMeasure made={made} reference={reference} state={state} onChange={onChange} />}
      <NextSteps>
        <Button variant="filled" onClick={() => void navigate({ to: "/export", search: { model: made.id, step: "target" } as never })}>{words.toExport}</Button>
        <Button onClick={() => void navigate({ to: "/benchmark", search: { models: [made.id] } as never })}>{words.toBenchmark}</Button>
        <Button onClick={() => void navigate({ to: "/models/$id", params: { id: made.id } })}>{words.toModel}</Button>
        <Button onClick={onRestart}>{words.another}</Button>
        <Discard made={made} onGone={onRestart} />
      </NextSteps>
    </>
  );
}

/** Keep or discard: asked twice, for the second press removes the files. */
function Discard({ made, onGone }: { readonly made: Model; readonly onGone: () => void }): ReactNode {
  const { wizards: { quantize: words }, format } = useLocale();
  const client = useClient();
  const [isAsked, ask] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const remove = (): void => {
    client.model.remove({ model: made.id }).then(onGone, setError);
  };
  if (error !== null) return <ErrorPanel error={error} />;
  return isAsked
    ? <><Button color="red" onClick={remove}>{words.discardNow(format.bytes(made.bytes))}</Button><Button onClick={() => ask(false)}>{words.keep}</Button></>
    : <Button variant="subtle" onClick={() => ask(true)}>{words.discard}</Button>;
}
