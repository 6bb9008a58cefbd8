import { shortName, socNameOf } from "./chip-names.ts";
import { Facts } from "../facts.ts";
import { canonicalBusId } from "./find-pci-devices.ts";
import { type ChipMemory, memoryOfFields, memoryOfTable, usedByRate } from "./npu-memory.ts";
import type { NpuAnswer, NpuSmi } from "./npu-smi.ts";
import type { NpuTrouble } from "./npu-trouble.ts";
import { fieldOf, type NpuFields, parseNpuFields } from "./parse-npu-fields.ts";
import type { NpuListEntry } from "./parse-npu-list.ts";
import type { NpuMappingRow } from "./parse-npu-mapping.ts";
import type { NpuTable } from "./parse-npu-table.ts";

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

/** What the questions about the machine gave. */
export interface Listed {
  readonly table: NpuTable;
  readonly mapping: readonly NpuMappingRow[];
  readonly list: readonly NpuListEntry[];
}

const INFO = "npu-smi info";
const MAPPING = "npu-smi info -m";
const LIST = "npu-smi info -l";

interface CardReading {
  readonly chips: readonly NpuChip[];
  readonly board: NpuFields;
  readonly boardCommand: string;
}

export interface CardToAsk {
  readonly npuId: number;
  readonly chipIds: readonly number[];
  readonly listed: Listed;
  /** Some answer about the machine names it; otherwise it is a guess, and is there only if it answers. */
  readonly isKnown: boolean;
}

/** Asks about one card, and about each of its chips what the card's answers leave open. */
export async function readCard(tool: NpuSmi, card: CardToAsk): Promise<CardReading> {
  const { npuId, listed } = card;
  const questions = new CardQuestions(tool);
  const board = await questions.ask(`info -t board -i ${npuId}`);
  const boardFields = new Map([...board.fields.card, ...(board.fields.chips.get(0) ?? [])]);
  const memory = await questions.ask(`info -t memory -i ${npuId}`);
  const listEntry = listed.list.find((entry) => entry.npuId === npuId);
  const cardChips = Math.max(card.chipIds.length, Number(fieldOf(boardFields, "chip count") ?? 1) || 1, listEntry?.chipCount ?? 1);
  const chips: NpuChip[] = [];
  for (const chipId of card.chipIds) {
    const row = listed.table.chips.find((chip) => chip.npuId === npuId && chip.chipId === chipId);
    const facts: ChipFacts = new Facts();
    learnFromTable(facts, listed, { npuId, chipId });
    learnFromBoard(facts, boardFields, board.command);
    // The address of a card with several chips is one of theirs, and nobody says whose.
    if (card.chipIds.length === 1) learnAddress(facts, boardFields, board.command);
    facts.learn("serial", listEntry?.serial, LIST);
    if (facts.get("busId") === null || nameOf(facts) === null) {
      const chipBoard = await questions.ask(`info -t board -i ${npuId} -c ${chipId}`);
      const fields = chipBoard.fields.chips.get(chipId) ?? chipBoard.fields.card;
      learnFromBoard(facts, fields, chipBoard.command);
      learnAddress(facts, fields, chipBoard.command);
    }
    if (facts.get("health") === null && card.isKnown) {
      const health = await questions.ask(`info -t health -i ${npuId} -c ${chipId}`);
      const fields = health.fields.chips.get(chipId) ?? health.fields.card;
      facts.learn("health", fieldOf(fields, "health status") ?? fieldOf(fields, "health"), health.command);
    }
    const memories = [...(row === undefined ? [] : memoryOfTable(row, INFO)), ...memoryOfFields(memory.fields, chipId, memory.command)];
    chips.push({
      npuId, chipId, cardChips, facts, memory: memories.some((one) => one.usedBytes !== null) ? memories : [...memories, ...(await askUsages(questions, npuId, chipId, memories))],
      isInTable: row !== undefined, assumedPhysicalId: assumePhysicalId(listed, { npuId, chipId, cardChips, facts }), troubles: questions.troubles,
    });
  }
  return { chips: card.isKnown || questions.answered ? chips : [], board: boardFields, boardCommand: board.command };
}

/** Questions about one card. After one that hung the others are not asked, for they would hang as long; nor where the tool cannot be run at all. */
class CardQuestions {
  readonly troubles: NpuTrouble[] = [];
  answered = false;
  readonly #tool: NpuSmi;

  constructor(tool: NpuSmi) {
    this.#tool = tool;
  }

  async ask(args: string): Promise<{ readonly fields: ReturnType<typeof parseNpuFields>; readonly command: string }> {
    const isHopeless = this.troubles.some(({ kind }) => kind === "timedOut" || kind === "missing" || kind === "notExecutable");
    const answer: NpuAnswer = isHopeless ? { command: `npu-smi ${args}`, lines: [], trouble: null, isRecorded: false } : await this.#tool.askDevice(args);
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

/** What holds for every chip of a card; the name of its controller does not. */
function learnFromBoard(facts: ChipFacts, board: NpuFields, command: string): void {
  const chipName = fieldOf(board, "chip name");
  if (chipName !== null && !/^mcu$/i.test(chipName)) facts.learn("model", chipName, command);
  facts.learn("npuName", fieldOf(board, "npu name"), command);
  facts.learn("serial", fieldOf(board, "serial number"), command);
  facts.learn("pciDeviceId", /^0x([0-9a-f]{4})$/i.exec(fieldOf(board, "pci device id") ?? "")?.[1]?.toLowerCase(), command);
}

function learnAddress(facts: ChipFacts, board: NpuFields, command: string): void {
  const busId = fieldOf(board, "pcie bus info");
  facts.learn("busId", canonicalBusId(busId) === null ? null : busId, command);
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
