import type { Notice, SoftwareStack } from "../../../shared/schemas/machine.ts";
import { type Sightings, told } from "./join-sightings.ts";
import { nvidiaNotice } from "./nvidia-notice.ts";
import type { ToolVersions } from "./parse-versions.ts";
import type { DriverFindings } from "./read-driver-files.ts";

type Told = { readonly value: string; readonly source: string };

export interface StackSources {
  /** In the order of trust. */
  readonly versions: readonly (ToolVersions & { readonly source: string })[];
  readonly driver: DriverFindings;
  readonly toolkit: Told | null;
}

/** Driver, firmware, CUDA and container toolkit, each with who said so; no stack where nothing of it is installed. */
export function describeStack(gpus: readonly Sightings[], { versions, driver, toolkit }: StackSources): { readonly stacks: readonly SoftwareStack[]; readonly notices: readonly Notice[] } {
  const drivers: Told[] = [
    ...gpus.flatMap((gpu) => gpu.flatMap(({ driver: value, source }) => (value === undefined ? [] : [{ value, source }]))),
    ...versions.flatMap(({ driver: value, source }) => (value === undefined ? [] : [{ value, source }])),
    ...(driver.version === undefined ? [] : [{ value: driver.version, source: driver.source }]),
  ];
  const cuda = versions.flatMap(({ cuda: value, source }) => (value === undefined ? [] : [{ value, source }]))[0] ?? null;
  const firmware = gpus.map((gpu) => told(gpu, "firmware")).find((each) => each !== null) ?? null;
  const found = { driver: drivers[0] ?? null, firmware, cuda, containerRuntime: toolkit };
  const evidence = Object.fromEntries(Object.entries(found).flatMap(([field, each]) => (each === null ? [] : [[field, each.source]])));
  if (Object.keys(evidence).length === 0) return { stacks: [], notices: [] };
  const stack: SoftwareStack = {
    kind: "nvidia", driver: found.driver?.value ?? null, firmware: firmware?.value ?? null, cuda: cuda?.value ?? null, cann: null, nnal: null, containerRuntime: toolkit?.value ?? null, evidence,
  };
  return { stacks: [stack], notices: [...disagreement(drivers), ...missingCuda(cuda, versions)] };
}

function disagreement(drivers: readonly Told[]): Notice[] {
  const [first] = drivers;
  const second = drivers.find(({ value }) => value !== first?.value);
  if (first === undefined || second === undefined) return [];
  const details = { field: "driver", first: first.value, firstSource: first.source, second: second.value, secondSource: second.source };
  return [nvidiaNotice("nvidia.sourcesDisagree", { subject: "nvidia", details, told: [first, second].map(({ value, source }) => ({ source, words: value })) })];
}

/** The tool reaches the driver and finds no libcuda beside itself: a container that was given "utility" and not "compute". */
function missingCuda(cuda: Told | null, versions: StackSources["versions"]): Notice[] {
  const missing = versions.find(({ cudaWords }) => cudaWords !== undefined);
  if (cuda !== null || missing === undefined) return [];
  const words = missing.cudaWords ?? "";
  return [nvidiaNotice("nvidia.cudaMissing", { subject: "nvidia", details: { words }, told: [{ source: missing.source, words: `CUDA Version: ${words}` }] })];
}
