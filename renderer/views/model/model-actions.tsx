import { Button, Modal, Select } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { Model } from "../../../shared/schemas/model.ts";
import { useClient } from "../../client-context.ts";
import { useJobAction, useModels, useRecipes, useSample } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { CommandTwin } from "../../ui/command-twin.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import styles from "./model-actions.module.css";

/** What can be done with a model, each with its usual settings; the wizards ask for more. */
export function ModelActions({ model }: { readonly model: Model }): ReactNode {
  return (
    <div className={styles["actions"]}>
      {model.kind === "checkpoint" ? <CheckpointActions model={model} /> : <PackageActions model={model} />}
      <RemoveModel model={model} />
    </div>
  );
}

function CheckpointActions({ model }: { readonly model: Model }): ReactNode {
  const { texts, wizards: { recipes: descriptions } } = useLocale();
  const recipes = useRecipes().data ?? [];
  const [name, choose] = useState("mixed");
  const navigate = useNavigate();
  const quantize = useJobAction((client, recipe: (typeof recipes)[number]) => client.quantize.start({ model: model.id, recipe }));
  const recipe = recipes.find((known) => known.name === name);
  return (
    <>
      <div className={styles["row"]}>
        <Select aria-label={texts.model.recipePick} data={recipes.map((known) => known.name)} value={name} onChange={(value) => choose(value ?? name)} w={180} />
        <Button variant="filled" disabled={recipe === undefined} loading={quantize.isPending} onClick={() => recipe !== undefined && quantize.mutate(recipe, { onSuccess: ({ id }) => void navigate({ to: "/jobs/$id", params: { id } }) })}>{texts.model.quantize}</Button>
        <CommandTwin words={["quantize", model.id, "--recipe", name]} />
      </div>
      {recipe !== undefined && <p className={styles["soft"]}><bdi>{descriptions[recipe.name] ?? shownText(recipe.description, 300)}</bdi></p>}
      {quantize.error !== null && <ErrorPanel error={quantize.error} />}
    </>
  );
}

type PackageAction = "speed" | "loss" | "parity" | "bundle";

function PackageActions({ model }: { readonly model: Model }): ReactNode {
  const { texts } = useLocale();
  const navigate = useNavigate();
  const sample = useSample().data ?? null;
  const models = useModels().data ?? [];
  // Loss is told against the least changed package of the same checkpoint.
  const against = models.filter((other) => other.kind === "package" && other.parentId === model.parentId && other.id !== model.id && other.bytes > model.bytes).toSorted((one, other) => other.bytes - one.bytes)[0];
  const start = useJobAction(async (client, action: PackageAction) => {
    switch (action) {
      case "speed":
        return client.benchmark.speed({ model: model.id });
      case "loss":
        return client.evaluate.perplexity({ model: model.id, textFile: sample?.text ?? "", ...(against === undefined ? {} : { against: against.id }) });
      case "parity":
        return client.parity.check({ model: model.id });
      case "bundle": {
        const home = (await client.files.places()).find(({ kind }) => kind === "workbench");
        return client.bundle.create({ model: model.id, out: `${home?.path ?? ""}/bundles/${model.id}` });
      }
      default:
        return action satisfies never;
    }
  });
  const [pointed, point] = useState<PackageAction>("speed");
  const words: Readonly<Record<PackageAction, readonly string[]>> = {
    speed: ["bench", "speed", model.id], parity: ["parity", "check", model.id], bundle: ["bundle", "create", model.id],
    loss: ["eval", "perplexity", model.id, "--text", sample?.text ?? "", ...(against === undefined ? [] : ["--against", against.id])],
  };
  const button = (action: PackageAction, label: string): ReactNode => (
    <Button onFocus={() => point(action)} onMouseEnter={() => point(action)} disabled={start.isPending} loading={start.isPending && start.variables === action} onClick={() => start.mutate(action, { onSuccess: ({ id }) => void navigate({ to: "/jobs/$id", params: { id } }) })}>{label}</Button>
  );
  return (
    <>
      <div className={styles["row"]}>
        {button("speed", texts.model.measureSpeed)}
        {sample !== null && button("loss", texts.model.measureLoss)}
        {button("parity", texts.model.checkParity)}
        {button("bundle", texts.model.makeBundle)}
        <CommandTwin words={words[pointed]} />
      </div>
      {start.error !== null && <ErrorPanel error={start.error} />}
    </>
  );
}

function RemoveModel({ model }: { readonly model: Model }): ReactNode {
  const { texts, format } = useLocale();
  const client = useClient();
  const navigate = useNavigate();
  const [isAsking, ask] = useState(false);
  const remove = useMutation({ mutationFn: () => client.model.remove({ model: model.id }), onSuccess: () => void navigate({ to: "/models" }) });
  const name = `\u2068${shownText(model.name, 80)}\u2069`;
  return (
    <>
      <Button className={styles["remove"] ?? ""} color="red" variant="subtle" onClick={() => ask(true)}>{texts.common.remove}</Button>
      <Modal opened={isAsking} onClose={() => ask(false)} title={texts.model.removeTitle} closeButtonProps={{ "aria-label": texts.common.close }}>
        <div className={styles["asking"]}>
          <p>{model.owned ? texts.model.removeWhat(name, format.bytes(model.bytes)) : texts.model.removeInPlace(name)}</p>
          {remove.error !== null && <ErrorPanel error={remove.error} />}
          <CommandTwin words={["model", "rm", model.id]} />
          <div className={styles["row"]}>
            <Button color="red" variant="filled" loading={remove.isPending} onClick={() => remove.mutate()}>{texts.common.remove}</Button>
            <Button data-autofocus onClick={() => ask(false)}>{texts.common.cancel}</Button>
          </div>
        </div>
      </Modal>
    </>
  );
}
