import { WorkbenchError } from "../../../shared/errors.ts";
import type { CommandSession } from "./command-session.ts";
import type { CommandOutcome } from "./define-command.ts";
import { untilAborted } from "./until-aborted.ts";

export interface ServePagesOptions {
  readonly host: string;
  readonly port?: number;
  /** Minutes. */
  readonly idle: number;
  readonly cacheLimit?: number;
  /** Seconds. */
  readonly grace: number;
}

const USUAL_PORT = 8088;

/** The workbench in a browser, until it is interrupted. */
export async function servePages(session: CommandSession, options: ServePagesOptions): Promise<CommandOutcome> {
  const { io, home } = session;
  const stop = new AbortController();
  const takeBack = io.onInterrupt(() => stop.abort());
  const [{ composeWorkbench }, { PAGES_DIRECTORY, serveWeb }, { noteServer }] = await Promise.all([import("../compose.ts"), import("../web/serve-web.ts"), import("../web/running-servers.ts")]);
  const workbench = await composeWorkbench(home.root, options.cacheLimit === undefined ? {} : { cacheLimitBytes: options.cacheLimit });
  try {
    const served = await serveWeb(workbench, {
      host: options.host, ports: options.port === undefined ? [USUAL_PORT, 0] : [options.port], idleMs: options.idle * 60_000,
      pagesDirectory: PAGES_DIRECTORY, ticketsDirectory: home.tickets, log: (line) => io.stderr.write(`sallyport: ${line}\n`),
    });
    const forget = await noteServer(home.servers, served.url);
    try {
      const address = await served.newAddress();
      if (session.json) io.stdout.write(`${JSON.stringify({ listening: { url: served.url, address } })}\n`);
      else io.stdout.write(`The workbench: ${address}\nThe address lets one browser in, once, within an hour. For another: sallyport serve --new-token\nCtrl-C ends the server; jobs go on.\n`);
      await untilAborted(stop.signal);
      io.stderr.write("Finishing what is being written. Jobs go on.\n");
    } finally {
      await forget();
      await served.drain(options.grace * 1000);
    }
    return { json: { stopped: true, url: served.url }, text: "" };
  } finally {
    takeBack();
    await workbench.close();
  }
}

/** An address for every server of pages that runs on this home; whichever is opened first uses the token up. @throws server.notRunning */
export async function newPageAddress({ home }: CommandSession): Promise<CommandOutcome> {
  const [{ runningServers }, { createTickets }] = await Promise.all([import("../web/running-servers.ts"), import("../web/tickets.ts")]);
  const urls = await runningServers(home.servers);
  if (urls.length === 0) throw new WorkbenchError("server.notRunning", { directory: home.root });
  const token = await createTickets(home.tickets, Date.now).issue();
  const addresses = urls.map((url) => `${url}?token=${token}`);
  return { json: { addresses }, text: addresses.join("\n") };
}
