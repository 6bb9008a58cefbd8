import type { Notice } from "../../../shared/schemas/machine.ts";
import type { SmiAnswer, SmiAnswers } from "./ask-nvidia-smi.ts";
import type { FailureCode } from "./explain-failure.ts";
import type { GpuSighting, Reading } from "./gpu-sighting.ts";
import { excerptOf, nvidiaNotice } from "./nvidia-notice.ts";
import { parseGpuList } from "./parse-gpu-list.ts";
import { parseHandleFaults } from "./parse-handle-faults.ts";
import { parseQueryGpu } from "./parse-query-gpu.ts";
import { parseSmiTable } from "./parse-smi-table.ts";
import { parseSmiXml, type XmlReading } from "./parse-smi-xml.ts";
import { parseTopology, type Topology } from "./parse-topology.ts";
import { parseVersions, type ToolVersions } from "./parse-versions.ts";
import { type Failure, failuresOf } from "./report-failures.ts";

export const TOPOLOGY_SOURCE = "nvidia-smi topo -m";

const PASSED_OVER: readonly FailureCode[] = ["nvidia.outputUnreadable", "nvidia.toolMissing", "nvidia.toolFailed"];

export interface ToolFindings {
  /** In the order of trust. */
  readonly gpus: readonly GpuSighting[];
  readonly failures: readonly Failure[];
  /** Why the tool gave no GPU; null: it gave some, or nothing is recorded of it. */
  readonly failure: FailureCode | null;
  readonly notices: readonly Notice[];
  readonly versions: readonly (ToolVersions & { readonly source: string })[];
  readonly topology: Topology;
  /** What came where a matrix should. */
  readonly topologyWords: string;
  readonly isRecorded: boolean;
  readonly answers: readonly SmiAnswer[];
}

/** All that nvidia-smi said, read: machine-made forms are trusted before those made for people. */
export function readTool(answers: SmiAnswers): ToolFindings {
  const { query, xml, list, table, version, topology } = answers;
  const xmlReading = parseSmiXml(xml.text, xml.source);
  const readings: readonly { readonly answer: SmiAnswer; readonly reading: Reading }[] = [
    { answer: query, reading: parseQueryGpu(query.text, query.fields, query.source) },
    { answer: xml, reading: xmlReading },
    { answer: list, reading: parseGpuList(list.text, list.source) },
    { answer: table, reading: parseSmiTable(table.text, table.source) },
  ];
  const listed = readings.flatMap(({ reading }) => reading.gpus);
  const all = readings.map(({ answer }) => answer);
  const faults = all.flatMap(({ words, source }) => parseHandleFaults(words, source));
  const failed = failuresOf(readings.filter(({ reading }) => reading.gpus.length === 0).map(({ answer }) => answer));
  // Where one form was understood, the tool is there, and a form that was not loses nothing; a message about single devices is told with them.
  const isUnderstood = listed.length > 0 || faults.length > 0;
  const failures = isUnderstood ? failed.filter(({ code }) => !PASSED_OVER.includes(code)) : failed;
  const links = parseTopology(topology.text);
  return {
    gpus: [...listed, ...faults], failures, failure: listed.length > 0 ? null : (failed[0]?.code ?? null),
    notices: [...readings.filter(({ answer, reading }) => reading.isCut && answer.run.kind === "exited").map(({ answer }) => cut(answer)), ...missingFromXml(xmlReading, xml.source)],
    versions: [
      { ...parseVersions(version.text), source: version.source }, { ...parseVersions(table.text), source: table.source },
      { driver: xmlReading.driver, cuda: xmlReading.cuda, cudaWords: undefined, source: xml.source },
    ],
    topology: links, topologyWords: links.links.length > 0 ? "" : excerptOf(topology.words),
    isRecorded: all.some(({ run }) => run.kind !== "notRecorded"), answers: all,
  };
}

function cut({ source, text }: SmiAnswer): Notice {
  return nvidiaNotice("nvidia.outputCut", { subject: "nvidia", details: { command: source }, told: [{ source, words: text.slice(-200) }] });
}

/** The tool counts more GPUs than it describes: someone cut one out, or one does not answer. */
function missingFromXml({ gpus, isCut, attachedGpus }: XmlReading, source: string): Notice[] {
  if (isCut || attachedGpus === undefined || attachedGpus === gpus.length) return [];
  const details = { field: "number of GPUs", first: `${attachedGpus}`, firstSource: `attached_gpus of ${source}`, second: `${gpus.length}`, secondSource: `gpu elements of ${source}` };
  return [nvidiaNotice("nvidia.sourcesDisagree", { subject: "nvidia", details, told: [{ source, words: `<attached_gpus>${attachedGpus}</attached_gpus>` }] })];
}
