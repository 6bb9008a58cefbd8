import type { CommandSession } from "./command-session.ts";

/** "here" and names of presets go as they are; what looks like a path, or ends like a file, becomes an absolute one. */
export function machineReference(session: CommandSession, machine: string): string {
  return /[\\/]/.test(machine) || /\.(json|txt)$/i.test(machine) ? session.path(machine) : machine;
}
