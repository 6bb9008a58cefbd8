import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { Plan, PlanPreset } from "../../../shared/schemas/plan.ts";
import { useClient } from "../../client-context.ts";

/** Our own packages and the engine that runs them: what the wizards make. A plan over all engines is the command line's. */
const OURS = ["onnx"] as const;

/**
 * A plan of `model` (an id, or the path of a checkpoint) for `machine` ("here", a preset, the path of a site file); "" asks nothing. A plan for here measures memory
 * for a second, so it is made once.
 */
export function usePlan(model: string, machine: string): UseQueryResult<Plan> {
  const client = useClient();
  return useQuery({
    queryKey: ["plan", model, machine], queryFn: ({ signal }) => client.plan.make({ model, machine, engines: [...OURS] }, { signal }),
    enabled: model !== "" && machine !== "", staleTime: Number.POSITIVE_INFINITY,
  });
}

export function usePlanPresets(): UseQueryResult<PlanPreset[]> {
  const client = useClient();
  return useQuery({ queryKey: ["plan", "presets"], queryFn: ({ signal }) => client.plan.presets(undefined, { signal }), staleTime: Number.POSITIVE_INFINITY });
}
