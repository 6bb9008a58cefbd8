import type { Host } from "../../domain/host.ts";
import type { Accelerator, Link, Notice } from "../../../shared/schemas/machine.ts";
import type { Found } from "../found.ts";
import { askNvidiaSmi } from "./ask-nvidia-smi.ts";
import { describeGpu } from "./describe-gpu.ts";
import { describeSlices } from "./describe-slices.ts";
import { describeStack } from "./describe-stack.ts";
import { assignIds } from "./gpu-ids.ts";
import { joinSightings, told } from "./join-sightings.ts";
import { judgeGpu } from "./judge-gpu.ts";
import { nodeSightings, readIntegratedGpu } from "./last-traces.ts";
import { nvidiaNotice } from "./nvidia-notice.ts";
import type { Topology } from "./parse-topology.ts";
import { readContainerToolkit, readFabricManager } from "./read-companions.ts";
import { type DeviceNode, type NodeFindings, readDeviceNodes, UVM_NODE } from "./read-device-nodes.ts";
import { readDriverFiles } from "./read-driver-files.ts";
import { readPciGpus } from "./read-pci-gpus.ts";
import { readTool, type ToolFindings, TOPOLOGY_SOURCE } from "./read-tool.ts";
import { failureNotice } from "./report-failures.ts";
import { visibleDeviceNotices } from "./visible-devices.ts";

/**
 * Looks for Nvidia's devices on a machine, in its own tool's words, its driver's files, its nodes and on the bus. What one source shows and another does not is a
 * device with the reason why it cannot be used; nothing is left out because something did not answer.
 */
export async function findNvidia(host: Host): Promise<Found> {
  const [answers, pci, driver, nodes, fabricManager, toolkit, integrated] = await Promise.all([
    askNvidiaSmi(host), readPciGpus(host), readDriverFiles(host), readDeviceNodes(host), readFabricManager(host), readContainerToolkit(host), readIntegratedGpu(host),
  ]);
  const tool = readTool(answers);
  const sightings = [...tool.gpus, ...driver.gpus, ...pci.gpus];
  const gpus = joinSightings(sightings.length > 0 ? sightings : [...integrated, ...nodeSightings(nodes)]);
  const kernelDrivers = [...new Set(pci.gpus.flatMap(({ kernelDriver }) => kernelDriver ?? []))].join(", ").slice(0, 1000);
  const traces = tracesOf({ onBus: pci.gpus.length, driver: driver.isLoaded ? (driver.version ?? "of unknown version") : null, nodes, isJetson: integrated.length > 0 });
  const context = { program: answers.program, loadedVersion: driver.version ?? "", kernelDrivers, seenElsewhere: gpus.filter((gpu) => !gpu.some(({ isByTool }) => isByTool)).length, traces };
  const isNothing = gpus.length === 0 && traces === "" && tool.failures.every(({ code }) => code === "nvidia.toolMissing");
  if (isNothing) return { accelerators: [], links: [], stacks: [], notices: [nothingFound(tool, pci.isRecorded)] };

  const ids = assignIds(gpus);
  const accelerators: Accelerator[] = [];
  const notices: Notice[] = [...tool.failures.map((failure) => failureNotice(failure, context)), ...tool.notices, ...(tool.isRecorded ? [] : [nvidiaNotice("nvidia.toolNotRecorded", { subject: "nvidia", details: { traces }, told: [] })])];
  for (const [at, gpu] of gpus.entries()) {
    const id = ids[at] ?? "";
    const index = told(gpu, "index")?.value;
    const numaNode = index === undefined ? undefined : tool.topology.numaNodes.get(index);
    const node = nodeOf(told(gpu, "minor")?.value, nodes, gpus.length);
    const judgement = judgeGpu(gpu, { id, node, control: nodes.control, failure: tool.failure, isToolRecorded: tool.isRecorded, fabricManager, switches: pci.switches });
    const accelerator = describeGpu(gpu, { id, node, numaNode: numaNode === undefined ? null : { value: numaNode, source: TOPOLOGY_SOURCE }, state: judgement.state });
    const { slices, notices: aboutSlices } = describeSlices(gpu, accelerator);
    accelerators.push(accelerator, ...slices);
    notices.push(...judgement.notices, ...aboutSlices);
  }
  const saysFabric = gpus.some((gpu) => told(gpu, "fabricState") !== null);
  const stack = describeStack(gpus, { versions: tool.versions, driver, toolkit });
  return {
    // A slice that two GPUs claim, as only a forged list has it, is one device.
    accelerators: accelerators.filter(({ id }, at) => accelerators.findIndex((other) => other.id === id) === at),
    links: linksOf(tool.topology, accelerators),
    stacks: stack.stacks,
    notices: [
      ...notices, ...(saysFabric ? [] : fabricManagerNotices(fabricManager, pci.switches)), ...uvmNotices(nodes), ...stack.notices,
      ...topologyNotices(tool.topology, accelerators, tool.topologyWords), ...visibleDeviceNotices(host, accelerators),
    ],
  };
}

/** Where GPUs cannot say themselves whether their fabric is ready (drivers before 535), its service can. */
function fabricManagerNotices(fabricManager: string, switches: number): Notice[] {
  if (switches === 0 || fabricManager === "" || fabricManager === "active") return [];
  return [nvidiaNotice("nvidia.fabricManagerInactive", { subject: "nvidia", details: { fabricManager, switches }, told: [{ source: "systemctl is-active nvidia-fabricmanager", words: fabricManager }] })];
}

function uvmNotices({ control, hasUnifiedMemory }: NodeFindings): Notice[] {
  if (control === null || hasUnifiedMemory !== false) return [];
  return [nvidiaNotice("nvidia.uvmNodeMissing", { subject: "nvidia", details: { path: UVM_NODE }, told: [{ source: UVM_NODE, words: null }] })];
}

function nothingFound({ isRecorded, answers }: ToolFindings, isBusRecorded: boolean): Notice {
  const looked = ["nvidia-smi", "devices of vendor 10de on the PCI bus", "/proc/driver/nvidia", "/dev/nvidia*"];
  const notRecorded = [...(isRecorded ? [] : ["nvidia-smi"]), ...(isBusRecorded ? [] : ["/sys/bus/pci/devices"])];
  const told = answers.map(({ source, run, words }) => ({ source, words: words.trim() === "" ? run.kind : words }));
  return nvidiaNotice("nvidia.nothingFound", { subject: "nvidia", details: { lookedFor: looked.join(", "), notRecorded: notRecorded.join(", ") }, told });
}

/** Minor numbers are told by the driver; where nobody does, a single GPU has the single node. */
function nodeOf(minor: number | undefined, { gpus }: NodeFindings, gpuCount: number): DeviceNode | null {
  if (minor !== undefined) return gpus.get(minor) ?? null;
  return gpuCount === 1 && gpus.size === 1 ? ([...gpus.values()][0] ?? null) : null;
}

function tracesOf({ onBus, driver, nodes, isJetson }: { readonly onBus: number; readonly driver: string | null; readonly nodes: NodeFindings; readonly isJetson: boolean }): string {
  return [
    ...(onBus > 0 ? [`${onBus} on the PCI bus`] : []), ...(driver === null ? [] : [`the loaded driver ${driver}`]),
    ...(nodes.gpus.size > 0 ? [`${nodes.gpus.size} device nodes`] : []), ...(nodes.isWsl ? ["/dev/dxg"] : []), ...(isJetson ? ["a Jetson board"] : []),
  ].join(", ");
}

function linksOf(topology: Topology, accelerators: readonly Accelerator[]): Link[] {
  const byIndex = new Map(accelerators.filter(({ parentId }) => parentId === null).map(({ index, id }) => [index, id]));
  return topology.links.flatMap(({ from, to, kind }) => {
    const [fromId, toId] = [byIndex.get(from), byIndex.get(to)];
    return fromId === undefined || toId === undefined ? [] : [{ from: fromId, to: toId, kind, evidence: TOPOLOGY_SOURCE }];
  });
}

function topologyNotices(topology: Topology, accelerators: readonly Accelerator[], words: string): Notice[] {
  const told = [{ source: TOPOLOGY_SOURCE, words: words === "" ? null : words }];
  if (topology.links.length === 0 && accelerators.filter(({ parentId, state }) => parentId === null && state === "usable").length > 1) {
    return [nvidiaNotice("nvidia.topologyUnknown", { subject: "nvidia", details: { words }, told })];
  }
  return topology.contradictions.map(({ from, to, first, second }) => nvidiaNotice("nvidia.sourcesDisagree", {
    subject: "nvidia", told,
    details: { field: `link of GPU${from} and GPU${to}`, first, firstSource: `row GPU${from}`, second, secondSource: `row GPU${to}` },
  }));
}
