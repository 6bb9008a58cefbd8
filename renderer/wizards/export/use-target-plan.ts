import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { ENGINE_KINDS, type EngineKind, type EngineOption, type Plan } from "../../../shared/schemas/plan.ts";
import type { TargetKind } from "../../../shared/schemas/delivery.ts";
import type { Model } from "../../../shared/schemas/model.ts";
import { useClient } from "../../client-context.ts";
import { neededKind, type TargetChoice } from "./target-words.ts";

const ELSEWHERE = ENGINE_KINDS.filter((kind) => kind !== "onnx");

export interface TargetOutlook {
  /** By engine, for the model that it would take; undefined: not known yet, or there is none. */
  readonly optionOf: (kind: TargetKind) => EngineOption | undefined;
  readonly modelOf: (kind: TargetKind) => Model | undefined;
  readonly isPlanning: boolean;
  readonly error: unknown;
}

/** Every engine on the machine of a target: our own with a package, all others with the publisher's files. */
export function useTargetOutlook(target: TargetChoice, models: readonly Model[]): TargetOutlook {
  const modelOf = (kind: TargetKind): Model | undefined => models.find((model) => model.kind === neededKind(kind) && (target.model === "" || model.id === target.model)) ?? models.find((model) => model.kind === neededKind(kind));
  const ours = useGoalPlan(modelOf("onnx")?.id, target, ["onnx"]);
  const others = useGoalPlan(modelOf("vllm")?.id, target, ELSEWHERE);
  const options = [...(ours.data?.options ?? []), ...(others.data?.options ?? [])];
  return { optionOf: (kind) => options.find(({ engine }) => engine === (kind === "atc" ? "onnx" : kind)), modelOf, isPlanning: ours.isFetching || others.isFetching, error: ours.error ?? others.error };
}

/** A plan for here measures memory for a second, so each is made once. */
function useGoalPlan(model: string | undefined, { machine, contextTokens, concurrency, nodes }: TargetChoice, engines: readonly EngineKind[]): UseQueryResult<Plan> {
  const client = useClient();
  const goal = { concurrency, nodes, ...(contextTokens === null ? {} : { contextTokens }) };
  return useQuery({
    queryKey: ["plan", model, machine, engines, goal], queryFn: ({ signal }) => client.plan.make({ model: model ?? "", machine, engines: [...engines], ...goal }, { signal }), enabled: model !== undefined && machine !== "", staleTime: Number.POSITIVE_INFINITY,
  });
}
