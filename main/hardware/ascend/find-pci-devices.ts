import type { Host } from "../../domain/host.ts";
import { LSPCI_ARGUMENTS, PCI_DIRECTORY } from "./ascend-probes.ts";
import { MAX_DEVICES } from "./max-devices.ts";
import { plainLines } from "./plain-lines.ts";

/** An Ascend processor on the PCI bus. */
export interface PciDevice {
  /** "0000:3d:00.0" */
  readonly busId: string;
  /** "d802"; null where a listing names it otherwise. */
  readonly deviceId: string | null;
  readonly numaNode: number | null;
  readonly source: string;
  /** The words that told it. */
  readonly words: string;
}

const HUAWEI = "19e5";
/** Class "processing accelerators". The vendor alone is not enough: nearly every Huawei server has an iBMC graphics adapter of the same vendor. */
const ACCELERATOR_CLASS = "12";
/** A machine with every virtual function of its network cards has a few thousand; more is no machine. */
const MAX_BUS_DEVICES = 65_536;

/** @returns null where neither sysfs nor lspci tells what is on the bus; [] where there is no Ascend processor */
export async function findPciDevices(host: Host): Promise<readonly PciDevice[] | null> {
  const fromSysfs = await readSysfs(host);
  if (fromSysfs !== null) return fromSysfs;
  for (const args of LSPCI_ARGUMENTS) {
    const run = await host.run("lspci", args);
    if (run.kind !== "exited" || run.stdout.trim() === "") continue;
    const source = ["lspci", ...args].join(" ");
    const devices = parseLspci(run.stdout).slice(0, MAX_DEVICES).map((device) => ({ ...device, source }));
    if (devices.length > 0 || run.exitCode === 0) return devices;
  }
  return null;
}

async function readSysfs(host: Host): Promise<PciDevice[] | null> {
  const listing = await host.list(PCI_DIRECTORY);
  // A directory that a container hides looks like a machine without a bus; so does an empty record.
  if (listing.kind !== "names" || listing.names.length === 0) return null;
  const devices = await Promise.all(listing.names.slice(0, MAX_BUS_DEVICES).map((name) => readSysfsDevice(host, name)));
  return devices.filter((device) => device !== null).slice(0, MAX_DEVICES);
}

async function readSysfsDevice(host: Host, name: string): Promise<PciDevice | null> {
  const attribute = async (file: string): Promise<string> => {
    const read = await host.read(`${PCI_DIRECTORY}/${name}/${file}`, 64);
    return read.kind === "text" ? read.text.trim().toLowerCase().replace(/^0x/, "") : "";
  };
  if ((await attribute("vendor")) !== HUAWEI) return null;
  const [classCode, deviceId, numaNode] = await Promise.all([attribute("class"), attribute("device"), attribute("numa_node")]);
  const busId = canonicalBusId(name);
  if (busId === null || !classCode.startsWith(ACCELERATOR_CLASS)) return null;
  return {
    busId, deviceId: /^[0-9a-f]{4}$/.test(deviceId) ? deviceId : null, numaNode: /^[0-9]{1,4}$/.test(numaNode) ? Number(numaNode) : null,
    source: `${PCI_DIRECTORY}/${name}`, words: `vendor 0x${HUAWEI} class 0x${classCode} device 0x${deviceId}`,
  };
}

/** lspci with names, with numbers (-n), or with both (-nn); with or without the domain. */
function parseLspci(text: string): Omit<PciDevice, "source">[] {
  return plainLines(text).flatMap((line) => {
    const match = /^\s*((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])\s+(.*)$/i.exec(line);
    const busId = canonicalBusId(match?.[1] ?? null);
    const words = match?.[2] ?? "";
    const isAccelerator = /^(?:Processing accelerators\b|12[0-9a-f]{2}:)/i.test(words) || /^[^:]*\[12[0-9a-f]{2}\]:/i.test(words);
    if (busId === null || !isAccelerator || !/Huawei|\b19e5:/i.test(words)) return [];
    const deviceId = /\b19e5:([0-9a-f]{4})\b/i.exec(words)?.[1] ?? /\bDevice ([0-9a-f]{4})\b/i.exec(words)?.[1] ?? null;
    return [{ busId, deviceId: deviceId?.toLowerCase() ?? null, numaNode: null, words: line.trim() }];
  });
}

/** "3D:00.0", "0000:3D:00.0" and "00000000:3d:00.0" are one address; null for what is none ("NA", "0000:xx:00.0"). */
export function canonicalBusId(text: string | null): string | null {
  const match = /^(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f])$/i.exec(text ?? "");
  if (match === null) return null;
  const domain = (match[1] ?? "0000").replace(/^0{4}(?=[0-9a-f]{4}$)/i, "");
  return `${domain}:${match[2]}`.toLowerCase();
}
