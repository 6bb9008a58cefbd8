import type { Host } from "../../domain/host.ts";
import { shortName, socNameOf } from "./chip-names.ts";
import { Facts } from "./facts.ts";
import { canonicalBusId } from "./find-pci-devices.ts";
import { type ChipMemory, memoryOfFields, memoryOfTable, usedByRate } from "./npu-memory.ts";
import { type NpuAnswer, NpuSmi } from "./npu-smi.ts";
import type { NpuTrouble } from "./npu-trouble.ts";
import { type NpuFields, type NpuListEntry, parseNpuFields, parseNpuList, valueOf } from "./parse-npu-fields.ts";
import { type NpuMappingRow, parseNpuMapping } from "./parse-npu-mapping.ts";
import { type NpuTable, parseNpuTable } from "./parse-npu-table.ts";
import { type NpuTopologyLink, parseNpuTopology } from "./parse-npu-topology.ts";

/** What the tool says of a chip. */
export type ChipFacts = Facts<{
  /** As the tool names it; columns and answers differ only in an "Ascend" before it. */
  model: string;
  npuName: string;
  health: string;
  busId: string;
  pciDeviceId: string;
  serial: string;
  /** What *_VISIBLE_DEVICES counts in. */
  index: number;
  /** N of /dev/davinciN. */
  physicalId: number;
}>;

export interface NpuChip {
  readonly npuId: number;
  readonly chipId: number;
  /** Chips of its card. */
  readonly cardChips: number;
  readonly facts: ChipFacts;
  readonly memory: readonly ChipMemory[];
  /** In the table of `npu-smi info`, not only in a listing. */
  readonly isInTable: boolean;
  /** Its id is the driver's logic id or the card's, which is the physical one only where the nodes agree. */
  readonly assumedPhysicalId: { readonly id: number; readonly source: string } | null;
  /** Faults met while it was asked about. */
  readonly troubles: readonly NpuTrouble[];
}

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

const INFO = "npu-smi info";
const MAPPING = "npu-smi info -m";
const LIST = "npu-smi info -l";
/** A folder may hold answers about single cards and nothing that lists them; in a record, asking costs nothing. */
const GUESSED_IDS = 16;
/** A machine has 16 dies. Stops a listing that makes us ask thousands of questions. */
const MAX_CHIPS = 1024;

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
    stack.learn("driver", valueOf(board, "software version"), boardCommand);
    stack.learn("firmware", valueOf(board, "firmware version"), boardCommand);
  }
  stack.learn("driver", table.driverVersion, INFO);
  const answers = [info, list, mapping, topology];
  const troubles = answers.flatMap(({ trouble }) => trouble ?? []);
  const chips = cards.flatMap((card) => card.chips);
  return {
    chips, links: parseNpuTopology(topology.lines), stack, troubles, listingTrouble: info.isRecorded ? info.trouble : (troubles[0] ?? null), incompleteRows: table.incompleteRows,
    notUnderstood: table.chips.length === 0 && info.trouble === null && info.isRecorded ? info : null,
    isRecorded: chips.length > 0 || answers.some((answer) => answer.isRecorded),
  };
}

interface Listed {
  readonly table: NpuTable;
  readonly mapping: readonly NpuMappingRow[];
  readonly list: readonly NpuListEntry[];
}

/** Card → its chips, in the tool's order; a card that only `-l` tells of has as many as it says there. */
function chipIds({ table, mapping, list }: Listed): Map<number, number[]> {
  const ids = new Map<number, number[]>();
  for (const { npuId, chipId } of [...table.chips, ...mapping].slice(0, MAX_CHIPS)) {
    const chips = ids.get(npuId) ?? [];
    if (!chips.includes(chipId)) ids.set(npuId, [...chips, chipId]);
  }
  for (const { npuId, chipCount } of list) if (!ids.has(npuId) && ids.size < MAX_CHIPS) ids.set(npuId, Array.from({ length: chipCount ?? 1 }, (_, chipId) => chipId));
  return ids;
}

interface CardReading {
  readonly chips: readonly NpuChip[];
  readonly board: NpuFields;
  readonly boardCommand: string;
}

async function readCard(tool: NpuSmi, card: { npuId: number; chipIds: readonly number[]; listed: Listed; isKnown: boolean }): Promise<CardReading> {
  const { npuId, listed } = card;
  const questions = new CardQuestions(tool);
  const board = await questions.ask(`info -t board -i ${npuId}`);
  const boardFields = new Map([...board.fields.card, ...(board.fields.chips.get(0) ?? [])]);
  const memory = await questions.ask(`info -t memory -i ${npuId}`);
  const listEntry = listed.list.find((entry) => entry.npuId === npuId);
  const cardChips = Math.max(card.chipIds.length, Number(valueOf(boardFields, "chip count") ?? 1) || 1, listEntry?.chipCount ?? 1);
  const chips: NpuChip[] = [];
  for (const chipId of card.chipIds) {
    const row = listed.table.chips.find((chip) => chip.npuId === npuId && chip.chipId === chipId);
    const facts: ChipFacts = new Facts();
    learnFromTable(facts, listed, { npuId, chipId });
    learnFromBoard(facts, boardFields, board.command, card.chipIds.length > 1);
    facts.learn("serial", listEntry?.serial, LIST);
    if (facts.get("busId") === null || nameOf(facts) === null) {
      const chipBoard = await questions.ask(`info -t board -i ${npuId} -c ${chipId}`);
      learnFromBoard(facts, chipBoard.fields.chips.get(chipId) ?? chipBoard.fields.card, chipBoard.command, false);
    }
    if (facts.get("health") === null && card.isKnown) {
      const health = await questions.ask(`info -t health -i ${npuId} -c ${chipId}`);
      const fields = health.fields.chips.get(chipId) ?? health.fields.card;
      facts.learn("health", valueOf(fields, "health status") ?? valueOf(fields, "health"), health.command);
    }
    const memories = [...(row === undefined ? [] : memoryOfTable(row, INFO)), ...memoryOfFields(memory.fields, chipId, memory.command)];
    chips.push({
      npuId, chipId, cardChips, facts, memory: memories.some((one) => one.usedBytes !== null) ? memories : [...memories, ...(await askUsages(questions, npuId, chipId, memories))],
      isInTable: row !== undefined, assumedPhysicalId: assumePhysicalId(listed, { npuId, chipId, cardChips, facts }), troubles: questions.troubles,
    });
  }
  return { chips: card.isKnown || questions.answered ? chips : [], board: boardFields, boardCommand: board.command };
}

/** Questions about one card. After one that timed out the others are not asked: they would wait as long. */
class CardQuestions {
  readonly troubles: NpuTrouble[] = [];
  answered = false;
  readonly #tool: NpuSmi;

  constructor(tool: NpuSmi) {
    this.#tool = tool;
  }

  async ask(args: string): Promise<{ readonly fields: ReturnType<typeof parseNpuFields>; readonly command: string }> {
    const hangs = this.troubles.some(({ kind }) => kind === "timedOut" || kind === "missing" || kind === "notExecutable");
    const answer: NpuAnswer = hangs ? { command: `npu-smi ${args}`, lines: [], trouble: null, isRecorded: false } : await this.#tool.askDevice(args);
    if (answer.trouble !== null) this.troubles.push(answer.trouble);
    const fields = parseNpuFields(answer.lines);
    this.answered ||= fields.card.size > 0 || fields.chips.size > 0;
    return { fields, command: answer.command };
  }
}

async function askUsages(questions: CardQuestions, npuId: number, chipId: number, known: readonly ChipMemory[]): Promise<ChipMemory[]> {
  const usages = await questions.ask(`info -t usages -i ${npuId}`);
  const fromUsages = memoryOfFields(usages.fields, chipId, usages.command);
  if (fromUsages.some((one) => one.usedBytes !== null)) return fromUsages;
  const common = await questions.ask(`info -t common -i ${npuId}`);
  return [...fromUsages, ...usedByRate(common.fields, chipId, { command: common.command, known: [...known, ...fromUsages] })];
}

function learnFromTable(facts: ChipFacts, { table, mapping }: Listed, { npuId, chipId }: { readonly npuId: number; readonly chipId: number }): void {
  const position = table.chips.findIndex((chip) => chip.npuId === npuId && chip.chipId === chipId);
  const row = table.chips[position];
  const mapped = mapping.find((chip) => chip.npuId === npuId && chip.chipId === chipId);
  facts.learn("model", row?.name, INFO);
  facts.learn("model", mapped?.name, MAPPING);
  facts.learn("health", row?.health, INFO);
  facts.learn("busId", canonicalBusId(row?.busId ?? null) === null ? null : row?.busId, INFO);
  facts.learn("physicalId", row?.physicalId, INFO);
  facts.learn("physicalId", mapped?.physicalId, MAPPING);
  facts.learn("index", mapped?.logicId, MAPPING);
  facts.learn("index", row?.device, `${INFO}, column Device`);
  if (table.hasNpuIdColumn) facts.learn("index", row?.npuId, `${INFO}, column NPU ID`);
  if (facts.get("index") === null && position >= 0) facts.learn("index", position, `${INFO}, order of rows`);
}

/** A card's answer speaks for its chip where it has one; the address and PCI names of a card with more belong to none of them. */
function learnFromBoard(facts: ChipFacts, board: NpuFields, command: string, isShared: boolean): void {
  const chipName = valueOf(board, "chip name");
  if (chipName !== null && !/^mcu$/i.test(chipName)) facts.learn("model", chipName, command);
  facts.learn("npuName", valueOf(board, "npu name"), command);
  facts.learn("serial", valueOf(board, "serial number"), command);
  facts.learn("pciDeviceId", /^0x([0-9a-f]{4})$/i.exec(valueOf(board, "pci device id") ?? "")?.[1]?.toLowerCase(), command);
  const busId = valueOf(board, "pcie bus info");
  if (!isShared) facts.learn("busId", canonicalBusId(busId) === null ? null : busId, command);
}

function nameOf(facts: ChipFacts): string | null {
  return socNameOf({ model: facts.get("model"), npuName: facts.get("npuName"), pciDeviceId: facts.get("pciDeviceId") });
}

/**
 * Where no column tells the physical id: a card of one chip has its own number (910A, 910B, 950); 310s have card numbers like 32768 and count devices
 * in column Device. Neither is promised to be N of /dev/davinciN, so the nodes decide.
 */
function assumePhysicalId(
  { table, mapping }: Listed, chip: { readonly npuId: number; readonly chipId: number; readonly cardChips: number; readonly facts: ChipFacts },
): NpuChip["assumedPhysicalId"] {
  const isSame = (other: { readonly npuId: number; readonly chipId: number }): boolean => other.npuId === chip.npuId && other.chipId === chip.chipId;
  const device = table.chips.find(isSame)?.device ?? null;
  if (device !== null) return { id: device, source: `${INFO}, column Device` };
  const is310 = shortName(chip.facts.get("model") ?? "").startsWith("310");
  if (chip.cardChips === 1 && !is310) return { id: chip.npuId, source: "NPU ID of a card with one chip" };
  const logicId = mapping.find(isSame)?.logicId ?? null;
  return logicId === null ? null : { id: logicId, source: `${MAPPING}, column Chip Logic ID` };
}
