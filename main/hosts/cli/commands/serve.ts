import { type Command, InvalidArgumentError, Option } from "commander";
import { WorkbenchError } from "../../../../shared/errors.ts";
import type { CommandSession } from "../command-session.ts";
import { type CommandOutcome, defineCommand, type Execute, integerOption, threadsOption } from "../define-command.ts";
import { formatCount } from "../format-units.ts";
import { createProgressDisplay } from "../progress-display.ts";
import { newPageAddress, type ServePagesOptions, servePages } from "../serve-pages.ts";
import { untilAborted } from "../until-aborted.ts";

interface ServeOptions extends ServePagesOptions {
  readonly api?: boolean;
  readonly newToken?: boolean;
  readonly model?: readonly string[];
  readonly threads?: number;
  readonly maxSequences: number;
  readonly maxQueue: number;
  readonly tokenFile?: string;
  readonly token: boolean;
  readonly allowHost?: readonly string[];
  readonly allowOrigin?: readonly string[];
  readonly bodyLimit: number;
}

const API_PORT = 8080;

/** A token is a line; a file of this size is something else. */
const MAX_TOKEN_FILE_BYTES = 4096;

export function addServeCommand(program: Command, execute: Execute): void {
  defineCommand<ServeOptions>(program, execute, {
    usage: "serve",
    summary: "the workbench in a browser, or an OpenAI-compatible API",
    description: [
      "Serves the workbench's pages on this machine and prints an address that lets one browser in, once, within an hour. To use it from another machine, forward the port: ssh -L 8088:127.0.0.1:8088 HOST.",
      "With --api: /v1/models, /v1/chat/completions and /v1/completions (streaming, log probabilities, JSON mode), /health, and /metrics for Prometheus.",
      "The API listens on this machine only, unless told otherwise, and asks for a token, which it makes and prints once unless --token-file names one. One model is loaded at a time: a request for another waits until the running ones are done.",
      "The first Ctrl-C or SIGTERM lets running answers finish, the second ends at once.",
    ].join("\n\n"),
    options: [
      new Option("--api", "the OpenAI-compatible API in place of the pages; each in a process of its own, they run side by side"),
      new Option("--new-token", "print a new address for a server of pages that runs, and end"),
      new Option("--host <address>", "address to listen on").default("127.0.0.1"),
      integerOption("--port <n>", "port to listen on; 0: any that is free (8088, or any if that is taken; 8080 with --api)", { min: 0, max: 65535 }),
      integerOption("--idle <minutes>", "how long a browser that asks nothing stays let in", { min: 1, max: 10_080 }).default(120),
      repeated("--model <ref>", "serve only this model, and load it now; may be given again (every package of the store, unless said)"),
      threadsOption(),
      integerOption("--max-sequences <n>", "answers written at the same time", { min: 1, max: 1024 }).default(8),
      integerOption("--max-queue <n>", "requests that may wait beyond those; more get 429", { min: 0, max: 100_000 }).default(64),
      new Option("--token-file <file>", "file that holds the token callers must send"),
      new Option("--no-token", "ask for no token; only on a loopback address"),
      repeated("--allow-host <name>", "a name by which callers may address this server; may be given again"),
      repeated("--allow-origin <origin>", "a web page's origin whose scripts may call, as https://app.example; may be given again", origin),
      integerOption("--body-limit <bytes>", "longest request", { min: 1024, max: 2 ** 30 }).default(4 * 2 ** 20),
      integerOption("--cache-limit <bytes>", "memory for the context of running and earlier answers (a share of what is free, unless said)", { min: 1, max: Number.MAX_SAFE_INTEGER }),
      integerOption("--grace <seconds>", "how long running answers may take to finish at the end", { min: 0, max: 3600 }).default(25),
    ],
    examples: [
      ["sallyport serve", "the workbench, at the address it prints"],
      ["sallyport serve --new-token", "let another browser in"],
      ["sallyport serve --api --model DeepSeek-V2-Lite-int4", "on http://127.0.0.1:8080/v1, with a new token"],
      ["sallyport serve --api --host 0.0.0.0 --allow-host llm.example --token-file /run/secrets/token", "for other machines, behind a name and a token of your own"],
      ["sallyport serve --api --no-token --allow-origin http://localhost:3000", "for a page under development on this machine"],
    ],
    run: serve,
  });
}

async function serve(session: CommandSession, _: readonly string[], options: ServeOptions): Promise<CommandOutcome> {
  if (options.newToken === true) return newPageAddress(session);
  if (options.api === true) return serveModels(session, options);
  refuseApiOptions(options);
  return servePages(session, options);
}

/** An option that would change nothing was meant for something else. */
function refuseApiOptions({ model, threads, tokenFile, token, allowHost, allowOrigin }: ServeOptions): void {
  const given = Object.entries({ "--model": model, "--threads": threads, "--token-file": tokenFile, "--no-token": token ? undefined : true, "--allow-host": allowHost, "--allow-origin": allowOrigin }).find(([, value]) => value !== undefined);
  if (given !== undefined) throw new WorkbenchError("usage.invalid", { reason: `${given[0]} is for --api; the pages are served on this machine only and let a browser in by the address they print` });
}

async function serveModels(session: CommandSession, options: ServeOptions): Promise<CommandOutcome> {
  const { io } = session;
  const stop = new AbortController();
  const takeBack = io.onInterrupt(() => stop.abort());
  const [{ composeWorkbench }, { serveApi }] = await Promise.all([import("../../compose.ts"), import("../../openai/serve-api.ts")]);
  const workbench = await composeWorkbench(session.home.root, options.cacheLimit === undefined ? {} : { cacheLimitBytes: options.cacheLimit });
  const display = createProgressDisplay(io.stderr, io.clock);
  try {
    const served = await serveApi(workbench, {
      host: options.host, port: options.port ?? API_PORT, models: (options.model ?? []).map((reference) => session.reference(reference)), threads: options.threads ?? workbench.threads,
      maxSequences: options.maxSequences, maxQueue: options.maxQueue, bodyLimitBytes: options.bodyLimit, allowedHosts: options.allowHost ?? [], allowedOrigins: options.allowOrigin ?? [],
      token: await tokenOf(session, workbench.files, options), log: (line) => io.stderr.write(`sallyport: ${line}\n`),
      onProgress: (progress) => display.update({ ...progress, ratePerSecond: null, secondsLeft: null }),
    }, stop.signal);
    display.end();
    const isTokenNew = options.token && options.tokenFile === undefined;
    const models = served.models.map((model) => model.id);
    if (session.json) io.stdout.write(`${JSON.stringify({ listening: { url: served.url, models, ...(isTokenNew ? { token: served.token } : {}) } })}\n`);
    else io.stdout.write(`${greeting(served.url, models, isTokenNew ? served.token : null, options.token)}\n`);
    await untilAborted(stop.signal);
    io.stderr.write("Finishing what runs.\n");
    await served.drain(options.grace * 1000);
    return { json: { stopped: true, url: served.url }, text: "" };
  } catch (thrown) {
    if (!stop.signal.aborted) throw thrown;
    return { json: { stopped: true, url: null }, text: "", status: "cancelled" };
  } finally {
    display.end();
    takeBack();
    await workbench.close();
  }
}

function greeting(url: string, models: readonly string[], newToken: string | null, asksToken: boolean): string {
  const offered = models.length === 0 ? "No packages yet; each will be served once it is there." : `${formatCount(models.length)} ${models.length === 1 ? "model" : "models"}: ${models.join(", ")}`;
  const token = newToken !== null ? `Token, shown only here: ${newToken}` : asksToken ? "Callers send the token of --token-file." : "No token is asked for.";
  return `Listening on ${url}/v1\n${offered}\n${token}`;
}

async function tokenOf(session: CommandSession, files: { readAll(path: string, limitBytes: number): Promise<Uint8Array> }, options: ServeOptions): Promise<string | null> {
  if (!options.token) {
    if (options.tokenFile !== undefined) throw new WorkbenchError("usage.invalid", { reason: "give either --token-file or --no-token" });
    return null;
  }
  if (options.tokenFile === undefined) return "generate";
  return new TextDecoder().decode(await files.readAll(session.path(options.tokenFile), MAX_TOKEN_FILE_BYTES)).trim();
}

function repeated(flags: string, description: string, check: (text: string) => string = (text) => text): Option {
  return new Option(flags, description).argParser((text: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), check(text)]);
}

/** As a browser sends it: scheme and host, no path. "*" would let every page on the web in. */
function origin(text: string): string {
  const parsed = URL.canParse(text) ? new URL(text).origin : "null";
  if (parsed === "null" || parsed !== text.toLowerCase()) throw new InvalidArgumentError("It must be an origin, as https://app.example or http://localhost:3000.");
  return parsed;
}
