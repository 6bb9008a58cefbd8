import type { Host } from "../../domain/host.ts";
import { Facts } from "../facts.ts";
import { MAX_DEVICES } from "./max-devices.ts";
import { type NpuAnswer, NpuSmi } from "./npu-smi.ts";
import type { NpuTrouble } from "./npu-trouble.ts";
import { fieldOf } from "./parse-npu-fields.ts";
import { parseNpuList } from "./parse-npu-list.ts";
import { parseNpuMapping } from "./parse-npu-mapping.ts";
import { parseNpuTable } from "./parse-npu-table.ts";
import { type NpuTopologyLink, parseNpuTopology } from "./parse-npu-topology.ts";
import { type Listed, type NpuChip, readCard } from "./read-card.ts";

export interface NpuReading {
  readonly chips: readonly NpuChip[];
  readonly links: readonly NpuTopologyLink[];
  readonly stack: Facts<{ driver: string; firmware: string }>;
  /** Of the questions about the machine. */
  readonly troubles: readonly NpuTrouble[];
  /** Why a device may be missing here: the trouble of `npu-smi info`, or of another question where that one was not recorded. */
  readonly listingTrouble: NpuTrouble | null;
  readonly incompleteRows: number;
  /** What `npu-smi info` printed, where it ended well and no chip could be read from it. */
  readonly notUnderstood: NpuAnswer | null;
  /** A record of another machine that holds no answer of this tool. */
  readonly isRecorded: boolean;
}

/** A folder may hold answers about single cards and nothing that lists them; in a record, asking costs nothing. */
const GUESSED_IDS = 16;

/** Asks the driver's tool for everything it knows. Each card is asked on its own, all of them at a time; one that hangs costs its own answers. */
export async function readNpus(host: Host): Promise<NpuReading> {
  const tool = new NpuSmi(host);
  const info = await tool.ask("info");
  const [list, mapping, topology] = await Promise.all([tool.ask("info -l"), tool.ask("info -m"), tool.ask("info -t topo")]);
  const table = parseNpuTable(info.lines);
  const listed = { table, mapping: parseNpuMapping(mapping.lines), list: parseNpuList(list.lines) };
  const known = chipIds(listed);
  const asked = known.size > 0 || host.observation.how === "live" ? known : new Map(Array.from({ length: GUESSED_IDS }, (_, npuId) => [npuId, [0]]));
  const cards = await Promise.all([...asked].map(([npuId, chipIds]) => readCard(tool, { npuId, chipIds, listed, isKnown: known.has(npuId) })));
  const stack: NpuReading["stack"] = new Facts();
  for (const { board, boardCommand } of cards) {
    stack.learn("driver", fieldOf(board, "software version"), boardCommand);
    stack.learn("firmware", fieldOf(board, "firmware version"), boardCommand);
  }
  stack.learn("driver", table.driverVersion, info.command);
  const answers = [info, list, mapping, topology];
  const troubles = answers.flatMap(({ trouble }) => trouble ?? []);
  const chips = cards.flatMap((card) => card.chips);
  return {
    chips, links: parseNpuTopology(topology.lines), stack, troubles, listingTrouble: info.isRecorded ? info.trouble : (troubles[0] ?? null), incompleteRows: table.incompleteRows,
    notUnderstood: table.chips.length === 0 && info.trouble === null && info.isRecorded ? info : null,
    isRecorded: chips.length > 0 || answers.some((answer) => answer.isRecorded),
  };
}

/** Card → its chips, in the tool's order; a card that only `-l` tells of has as many as it says there. */
function chipIds({ table, mapping, list }: Listed): Map<number, number[]> {
  const ids = new Map<number, number[]>();
  for (const { npuId, chipId } of [...table.chips, ...mapping].slice(0, MAX_DEVICES)) {
    const chips = ids.get(npuId) ?? [];
    if (!chips.includes(chipId)) ids.set(npuId, [...chips, chipId]);
  }
  for (const { npuId, chipCount } of list) if (!ids.has(npuId) && ids.size < MAX_DEVICES) ids.set(npuId, Array.from({ length: chipCount ?? 1 }, (_, chipId) => chipId));
  return ids;
}
