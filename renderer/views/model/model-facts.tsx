import type { ReactNode } from "react";
import type { ModelInspection } from "../../../shared/contract.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { Bytes, FieldList, Figure } from "../../ui/figures.tsx";
import { Digest, Path } from "../../ui/names.tsx";
import { Section } from "../../ui/page.tsx";

export function ModelFacts({ inspection: { model, spec, checkpoint, recipe } }: { readonly inspection: ModelInspection }): ReactNode {
  const { texts, wizards: { recipes: descriptions }, format } = useLocale();
  const { field } = texts.model;
  const { attention, moe, rope } = spec;
  const figure = (text: string): ReactNode => <Figure>{text}</Figure>;
  const joined = (values: readonly (number | null)[]): string => values.map((value) => format.count(value)).join(", ");
  return (
    <Section title={texts.model.facts}>
      <FieldList fields={[
        { name: field.hidden, value: figure(format.count(spec.hiddenSize)) },
        { name: field.vocabulary, value: figure(format.count(spec.vocabSize)) },
        { name: field.layers, value: figure(format.count(spec.layers.length)) },
        { name: field.heads, value: figure(format.count(attention.headCount)) },
        ...(attention.kind === "mla"
          ? [{ name: field.ranks, value: figure(joined([attention.qLoraRank, attention.kvLoraRank])) }, { name: field.headDims, value: figure(joined([attention.nopeHeadDim, attention.ropeHeadDim, attention.valueHeadDim])) }]
          : [{ name: field.kvHeads, value: figure(joined([attention.kvHeadCount, attention.headDim])) }]),
        ...(moe === null ? [] : [{ name: field.routing, value: moe.router.groups === null ? <bdi>{moe.router.score}</bdi> : texts.model.routing(moe.router.score, format.count(moe.router.groups.kept), format.count(moe.router.groups.count)) }]),
        { name: field.rope, value: <bdi>{rope.scaling}</bdi> },
        ...(recipe === null ? [] : [{ name: texts.models.recipe, value: <bdi>{shownText(recipe.name)}</bdi>, note: <bdi>{descriptions[recipe.name] ?? shownText(recipe.description, 500)}</bdi> }]),
        ...(checkpoint === null ? [] : [
          { name: field.tensors, value: figure(format.count(checkpoint.tensors)), note: checkpoint.ignoredMtpTensors > 0 ? texts.model.mtp(format.count(checkpoint.ignoredMtpTensors)) : undefined },
          { name: field.types, value: <bdi dir="ltr">{Object.entries(checkpoint.dtypes).map(([dtype, count]) => `${shownText(dtype, 40)} × ${format.count(count)}`).join(", ")}</bdi> },
        ]),
        ...(model === null ? [] : [
          { name: texts.model.files, value: <Path path={model.directory} />, note: <><Bytes value={model.bytes} />, {model.owned ? texts.model.owned : texts.model.inPlace}</> },
          { name: texts.common.digest, value: <Digest digest={model.digest} /> },
        ]),
      ]} />
    </Section>
  );
}
