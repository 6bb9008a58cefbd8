import type { Machine } from "../../../shared/schemas/machine.ts";

/** One a core, as the plan counts: the second thread of a core has no arithmetic of its own to give. */
export const engineThreads = ({ cpu }: Machine): number => {
  const usable = cpu.usableThreads ?? cpu.threads ?? cpu.cores ?? 1;
  return Math.max(1, Math.floor(Math.min(usable, cpu.cores ?? usable)));
};
