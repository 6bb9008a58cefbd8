import type { Host } from "../../domain/host.ts";
import { COMPANION_TIMEOUT_MS, CONTAINER_TOOLKITS, FABRIC_MANAGER } from "./nvidia-probes.ts";
import { plainText } from "./plain-text.ts";

/** The fabric manager's state in systemd's word; "" where there is no systemd to ask, as in a container. */
export async function readFabricManager(host: Host): Promise<string> {
  const run = await host.run(FABRIC_MANAGER.command, FABRIC_MANAGER.args, { timeoutMs: COMPANION_TIMEOUT_MS });
  const word = run.kind === "exited" ? plainText(run.stdout).trim() : "";
  return /^(?:active|inactive|failed|activating|deactivating|unknown)$/.test(word) ? word : "";
}

/** What gives containers their GPUs, with its version. */
export async function readContainerToolkit(host: Host): Promise<{ readonly value: string; readonly source: string } | null> {
  for (const { command, args } of CONTAINER_TOOLKITS) {
    const run = await host.run(command, args, { timeoutMs: COMPANION_TIMEOUT_MS });
    const version = run.kind === "exited" ? /version:?\s+v?(\d+(?:\.\d+)+[\w.+-]*)/i.exec(plainText(run.stdout))?.[1] : undefined;
    if (version !== undefined) return { value: `${command} ${version.slice(0, 64)}`, source: [command, ...args].join(" ") };
  }
  return null;
}
