import type { Host } from "../../domain/host.ts";
import { NAMESPACE_NODE } from "./ascend-probes.ts";
import { plainLines } from "./plain-lines.ts";

/** Below this a namespace is a container of its own; from it on, the host and privileged containers, which hold nothing exclusively. */
const SHARED_NAMESPACES_FROM = 128;
const FILE_LIMIT_BYTES = 1 << 20;

/**
 * Who holds devices for itself, by the driver's account (root only): "process 4711: davinci0, davinci1". The driver prints, for each namespace, a line
 * with its id and its first process, then pairs of logic and physical ids.
 */
export async function findHolders(host: Host): Promise<string> {
  const read = await host.read(NAMESPACE_NODE, FILE_LIMIT_BYTES);
  if (read.kind !== "text") return "";
  const holders = new Map<string, string[]>();
  let devices: string[] | null = null;
  for (const line of plainLines(read.text)) {
    const space = /^\s*ns_id\s+([0-9]+)\s.*\broot_tgid\s+([0-9]+)\b/.exec(line);
    if (space !== null) {
      devices = Number(space[1]) < SHARED_NAMESPACES_FROM ? [] : null;
      if (devices !== null) holders.set(`process ${space[2]}`, devices);
    } else {
      const device = /^\s*[0-9]+\s+([0-9]+)\s*$/.exec(line)?.[1];
      if (device !== undefined) devices?.push(`davinci${device}`);
    }
  }
  return [...holders].filter(([, held]) => held.length > 0).map(([holder, held]) => `${holder}: ${held.join(", ")}`).join("; ").slice(0, 1024);
}
