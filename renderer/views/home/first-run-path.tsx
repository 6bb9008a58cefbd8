import { Button } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { type ReactNode, useEffect, useState } from "react";
import type { Sample } from "../../../shared/schemas/sample.ts";
import { useClient } from "../../client-context.ts";
import { useJobAction, useRecipes } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { CommandTwin } from "../../ui/command-twin.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { JobProgress } from "../../ui/job-progress.tsx";
import { Section } from "../../ui/page.tsx";
import { FIRST_RUN_RECIPE, FIRST_RUN_STEPS, type FirstRun, firstRun, type FirstRunStep, type Known } from "./first-run.ts";
import styles from "./first-run-path.module.css";

/** Five steps from the sample to a verified bundle; each is the job that a person would start for a model of their own. */
export function FirstRunPath({ sample, known }: { readonly sample: Sample; readonly known: Known }): ReactNode {
  const { texts } = useLocale();
  const [isHidden, setHidden] = useLocalStorage({ key: "sallyport.first-run-hidden", defaultValue: false, getInitialValueInEffect: false });
  const run = firstRun(sample, known);
  const start = useStartStep(sample, run);
  const [goesOn, setGoesOn] = useState(false);
  const isBusy = start.isPending || run.job?.state === "running" || run.job?.state === "queued";
  const stopped = run.job !== null && run.job.error !== null && !isBusy;
  const { mutate, isError } = start;

  useEffect(() => {
    if (!goesOn || isBusy || run.current === null) return;
    if (stopped || isError) setGoesOn(false);
    else if (run.job === null) mutate(run.current);
  }, [goesOn, isBusy, stopped, isError, run, mutate]);

  const words: Readonly<Record<FirstRunStep, readonly [name: string, what: string]>> = {
    import: [texts.home.first.importStep, texts.home.first.importWhat], quantize: [texts.home.first.quantizeStep, texts.home.first.quantizeWhat], measure: [texts.home.first.measureStep, texts.home.first.measureWhat],
    bundle: [texts.home.first.bundleStep, texts.home.first.bundleWhat], verify: [texts.home.first.verifyStep, texts.home.first.verifyWhat],
  };
  if (isHidden) return <div><Button size="compact-sm" variant="subtle" onClick={() => setHidden(false)}>{texts.home.first.showAgain}</Button></div>;
  const at = run.current === null ? FIRST_RUN_STEPS.length : FIRST_RUN_STEPS.indexOf(run.current);
  return (
    <Section title={texts.home.first.title} hint={run.current === null ? texts.home.first.finished : texts.home.first.why} aside={<Button size="compact-sm" variant="subtle" onClick={() => setHidden(true)}>{texts.home.first.dismiss}</Button>}>
      <ol className={styles["steps"]}>
        {FIRST_RUN_STEPS.map((step, index) => (
          <li key={step} className={styles["step"]} data-state={index < at ? "done" : index === at ? "current" : "ahead"} aria-current={index === at ? "step" : undefined}>
            <span className={styles["mark"]} aria-hidden="true">{index < at ? "✓" : index + 1}</span>
            <span>
              <strong>{words[step][0]}</strong>
              {index < at && <span className="visually-hidden"> {texts.home.first.done}</span>}
              {run.current !== null && <span className={styles["what"]}>{words[step][1]}</span>}
            </span>
          </li>
        ))}
      </ol>
      {run.job !== null && isBusy && <JobProgress job={run.job} />}
      {stopped && <ErrorPanel error={{ data: run.job?.error }} />}
      {start.error !== null && <ErrorPanel error={start.error} />}
      {run.current !== null && (
        <div className={styles["foot"]}>
          <Button variant="filled" disabled={isBusy} onClick={() => { mutate(run.current ?? "import"); setGoesOn(true); }}>{texts.home.first.runAll}</Button>
          <Button disabled={isBusy} onClick={() => mutate(run.current ?? "import")}>{texts.home.first.run}</Button>
          <CommandTwin words={commandOf(run.current, sample, run)} />
        </div>
      )}
    </Section>
  );
}

function useStartStep(sample: Sample, run: FirstRun): ReturnType<typeof useJobAction<FirstRunStep>> {
  const client = useClient();
  const recipes = useRecipes().data;
  return useJobAction(async (_client, step: FirstRunStep) => {
    switch (step) {
      case "import":
        return client.model.import({ directory: sample.checkpoint, name: "sample" });
      case "quantize": {
        const recipe = (recipes ?? await client.quantize.presets()).find(({ name }) => name === FIRST_RUN_RECIPE);
        if (recipe === undefined) throw new Error(`no preset ${FIRST_RUN_RECIPE}`);
        return client.quantize.start({ model: run.checkpoint?.id ?? "", recipe });
      }
      case "measure":
        return client.benchmark.speed({ model: run.package?.id ?? "" });
      case "bundle":
        return client.bundle.create({ model: run.package?.id ?? "", out: await bundlePath(client, run.package?.id ?? "") });
      case "verify":
        return client.bundle.verify({ bundle: run.bundle?.path ?? "", ...(run.bundle === null ? {} : { expectedDigest: run.bundle.digest }) });
      default:
        return step satisfies never;
    }
  });
}

/** Beside the other bundles of the home, under a name of its own. */
async function bundlePath(client: ReturnType<typeof useClient>, name: string): Promise<string> {
  const home = (await client.files.places()).find(({ kind }) => kind === "workbench");
  return `${home?.path ?? ""}/bundles/${name}`;
}

function commandOf(step: FirstRunStep, sample: Sample, run: FirstRun): readonly string[] {
  switch (step) {
    case "import":
      return ["model", "import", sample.checkpoint, "--name", "sample"];
    case "quantize":
      return ["quantize", run.checkpoint?.id ?? "", "--recipe", FIRST_RUN_RECIPE];
    case "measure":
      return ["bench", "speed", run.package?.id ?? ""];
    case "bundle":
      return ["bundle", "create", run.package?.id ?? ""];
    case "verify":
      return ["bundle", "verify", run.bundle?.path ?? "", "--digest", run.bundle?.digest ?? ""];
    default:
      return step satisfies never;
  }
}
