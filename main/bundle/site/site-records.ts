import path from "node:path";
import { WorkbenchError } from "../../../shared/errors.ts";
import { SiteRefusal, SiteSwitch } from "../../../shared/schemas/site-versions.ts";
import type { Files } from "../../domain/files.ts";
import { CURRENT_FILE, HISTORY_FILE } from "./site-layout.ts";

/** One record is below 1 KiB. */
const MAX_CURRENT_BYTES = 16 * 1024;
/** Some 20,000 switches; somebody who installs hourly takes two years. */
const MAX_HISTORY_BYTES = 16 * 2 ** 20;

/** In the order that install.sh reads: the version first. */
export function recordLine(record: SiteSwitch | SiteRefusal): string {
  return `${JSON.stringify("version" in record ? orderedSwitch(record) : record)}\n`;
}

function orderedSwitch({ formatVersion, version, action, from, at, by, bundle, model, checked, smoke, parity, with: tool }: SiteSwitch): SiteSwitch {
  return { formatVersion, version, action, from, at, by, bundle, model, checked, smoke, parity, with: tool };
}

/** Which version is current; null in a folder where nothing was installed. @throws site.invalid */
export async function readCurrent(files: Files, site: string): Promise<SiteSwitch | null> {
  const file = path.join(site, CURRENT_FILE);
  const status = await files.status(file);
  if (status === undefined) return null;
  if (status.kind !== "file") throw new WorkbenchError("site.invalid", { file, reason: `it is a ${status.kind}, not a file` });
  const parsed = SiteSwitch.safeParse(parseLine(new TextDecoder().decode(await files.readAll(file, MAX_CURRENT_BYTES))));
  if (!parsed.success) throw new WorkbenchError("site.invalid", { file, reason: `${parsed.error.issues[0]?.path.join(".") || "the document"}: ${parsed.error.issues[0]?.message}` });
  return parsed.data;
}

/** Every record that can be read, oldest first. A line that cannot be is of another version, or of a hand: what it says is not guessed. */
export async function readHistory(files: Files, site: string): Promise<(SiteSwitch | SiteRefusal)[]> {
  return (await historyText(files, site)).split("\n").flatMap((line) => {
    const json = parseLine(line);
    return [SiteSwitch.safeParse(json).data ?? SiteRefusal.safeParse(json).data ?? []].flat();
  });
}

export async function appendHistory(files: Files, site: string, record: SiteSwitch | SiteRefusal): Promise<void> {
  const before = await historyText(files, site);
  await files.writeWhole(path.join(site, HISTORY_FILE), new TextEncoder().encode(`${before === "" || before.endsWith("\n") ? before : `${before}\n`}${recordLine(record)}`));
}

async function historyText(files: Files, site: string): Promise<string> {
  const file = path.join(site, HISTORY_FILE);
  return (await files.status(file))?.kind === "file" ? new TextDecoder().decode(await files.readAll(file, MAX_HISTORY_BYTES)) : "";
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
