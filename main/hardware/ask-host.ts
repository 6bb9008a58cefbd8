import type { Host } from "../domain/host.ts";

/** Beyond it a program that only reads /proc or /sys hangs. */
const COMMAND_TIMEOUT_MS = 5_000;

/** Whole text of a file without the last newline; null for every reason not to have it. */
export async function readText(host: Host, path: string): Promise<string | null> {
  const found = await host.read(path);
  return found.kind === "text" ? found.text.trimEnd() : null;
}

/** A file that holds one whole number; null where it is absent or holds something else ("max", or the largest number there is in place of no limit). */
export async function readNumber(host: Host, path: string): Promise<number | null> {
  const text = await readText(host, path);
  const value = text !== null && /^-?\d{1,20}$/.test(text.trim()) ? Number(text) : null;
  return Number.isSafeInteger(value) ? value : null;
}

export async function listNames(host: Host, directory: string): Promise<readonly string[]> {
  const found = await host.list(directory);
  return found.kind === "names" ? found.names : [];
}

/** What a program wrote, where it ended well; null otherwise. */
export async function runText(host: Host, command: string, args: readonly string[], timeoutMs = COMMAND_TIMEOUT_MS): Promise<string | null> {
  const ran = await host.run(command, args, { timeoutMs });
  return ran.kind === "exited" && ran.exitCode === 0 ? ran.stdout : null;
}
