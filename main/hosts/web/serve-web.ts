import { isIP } from "node:net";
import { fileURLToPath } from "node:url";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { Workbench } from "../../api/workbench.ts";
import { isLoopback } from "../host-header.ts";
import { readPageFiles } from "../page-files.ts";
import { createWebServer } from "./create-web-server.ts";
import { createSessions } from "./sessions.ts";
import { createTickets } from "./tickets.ts";

export const PAGES_DIRECTORY = fileURLToPath(new URL("../../../dist/renderer", import.meta.url));

export interface ServeWebOptions {
  readonly host: string;
  /** Tried in this order; 0: any that is free. */
  readonly ports: readonly number[];
  /** After which a browser that asked nothing must be let in anew. */
  readonly idleMs: number;
  readonly pagesDirectory: string;
  /** Where one-time tokens wait to be used. */
  readonly ticketsDirectory: string;
  readonly log: (line: string) => void;
}

export interface ServedWeb {
  /** Without a token. */
  readonly url: string;
  /** The address that lets one browser in, once. */
  newAddress(): Promise<string>;
  drain(graceMs: number): Promise<void>;
}

/** Puts the workbench's pages on a loopback address. @throws usage.invalid, server.pagesMissing, server.cannotListen */
export async function serveWeb(workbench: Workbench, options: ServeWebOptions): Promise<ServedWeb> {
  const { host } = options;
  if (!isLoopback(host)) throw new WorkbenchError("usage.invalid", { reason: `the workbench is served on a loopback address only, and ${host} is none; to reach it from another machine, forward its port: ssh -L 8088:127.0.0.1:8088 …` });
  const tickets = createTickets(options.ticketsDirectory, workbench.clock.now);
  const server = createWebServer({ workbench, pages: await readPageFiles(options.pagesDirectory), tickets, sessions: createSessions(options.idleMs), log: options.log });
  const port = await listenOnFirst(server.listen, host, options.ports);
  const url = `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}/`;
  return { url, newAddress: async () => `${url}?token=${await tickets.issue()}`, drain: server.drain };
}

/** The usual port may be another user's; the last one's error is the one to tell. */
async function listenOnFirst(listen: (host: string, port: number) => Promise<number>, host: string, [port = 0, ...others]: readonly number[]): Promise<number> {
  try {
    return await listen(host, port);
  } catch (thrown) {
    if (others.length === 0) throw thrown;
    return listenOnFirst(listen, host, others);
  }
}
