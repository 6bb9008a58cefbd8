import { readFileSync } from "node:fs";
import type { Accelerator } from "../../../shared/schemas/machine.ts";

/** A recorded output without the line that names its source. */
export function recorded(name: string): string {
  return readFileSync(new URL(`../recordings/${name}`, import.meta.url), "utf8").replace(/^# source.*\n/, "");
}

/** The part of a recording below a line that holds `heading`, up to the next line that begins like it (or like `end`). */
export function section(text: string, heading: string, end = /^(?:## |----|\/usr\/local|lspci)/): string {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => line.trim() === heading);
  if (at < 0) throw new Error(`no section "${heading}"`);
  const length = lines.slice(at + 1).findIndex((line) => end.test(line));
  return `${lines.slice(at + 1, length < 0 ? undefined : at + 1 + length).join("\n").trimEnd()}\n`;
}

/** A device in a line, memory in MiB: what tests compare and what a person reads off a recording. */
export function inShort(device: Accelerator): string {
  const { memory } = device;
  const mebibytes = (bytes: number | null): string => (bytes === null ? "?" : String(Math.round(bytes / 2 ** 20)));
  return [
    device.id, device.family, device.model, device.socName, `index ${device.index}`, `card ${device.card}`, `die ${device.die}`, `davinci${device.physicalId}`, device.busId,
    memory.kind, `${mebibytes(memory.usedBytes)}/${mebibytes(memory.totalBytes)}`, device.health, device.state,
  ].join(" · ");
}
