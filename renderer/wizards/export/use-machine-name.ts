import { useSites } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { isAbsolutePath, lastPart } from "../folder/join-path.ts";
import { usePlanPresets } from "../plan/use-plan.ts";

/** A machine as people call it: "here", a preset, a site or a record's path have names of their own. */
export function useMachineName(machine: string): string {
  const { wizards: { plan: words } } = useLocale();
  const sites = useSites().data ?? [];
  const presets = usePlanPresets().data ?? [];
  if (machine === "here") return words.here;
  if (isAbsolutePath(machine)) return lastPart(machine);
  return sites.find(({ id }) => id === machine)?.name ?? presets.find(({ name }) => name === machine)?.title ?? machine;
}
