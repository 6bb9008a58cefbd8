import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import { WorkbenchError } from "../../../shared/errors.ts";
import { createCompletionService } from "../../api/completion-service.ts";
import { createServedModels, type ServedModel } from "../../api/served-models.ts";
import type { Workbench } from "../../api/workbench.ts";
import type { OnProgress } from "../../domain/progress.ts";
import { isLoopback } from "../host-header.ts";
import { createOpenAiServer } from "./create-server.ts";

/** A token that can be guessed is none; 16 characters of a password generator cannot. */
const LEAST_TOKEN_CHARACTERS = 16;

export interface ServeApiOptions {
  readonly host: string;
  readonly port: number;
  /** Ids, names or absolute paths; empty: every package of the store. The first is loaded before the server listens. */
  readonly models: readonly string[];
  readonly threads: number;
  readonly maxSequences: number;
  readonly maxQueue: number;
  readonly bodyLimitBytes: number;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** What callers must send; "generate": a new one; null: nothing, on a loopback address only. */
  readonly token: string | "generate" | null;
  readonly log: (line: string) => void;
  /** Of what loading the first model must make before. */
  readonly onProgress: OnProgress;
}

export interface ServedApi {
  readonly url: string;
  /** null: none is asked for. */
  readonly token: string | null;
  readonly models: readonly ServedModel[];
  drain(graceMs: number): Promise<void>;
}

/** Puts the OpenAI-compatible API of a workbench on an address. @throws usage.invalid, server.cannotListen, and what opening and loading the models throws */
export async function serveApi(workbench: Workbench, options: ServeApiOptions, signal: AbortSignal): Promise<ServedApi> {
  const { files, clock, engines } = workbench;
  const { host, threads, maxSequences, maxQueue, log } = options;
  const token = tokenOf(options);
  const models = createServedModels(workbench, options.models);
  const service = createCompletionService({ files, engines, models, threads, maxSequences, maxQueue, ticks: clock.ticks });
  const listed = await service.models();
  const [first] = listed;
  if (options.models.length > 0 && first !== undefined) await service.warm(await service.open(first.id), signal, options.onProgress);
  const server = createOpenAiServer({
    service, access: { token, allowedHosts: [...(isIP(host) === 0 ? [host] : []), ...options.allowedHosts], allowedOrigins: options.allowedOrigins },
    bodyLimitBytes: options.bodyLimitBytes, lanes: maxSequences, now: clock.now, ticks: clock.ticks, log,
  });
  const port = await server.listen(host, options.port);
  return { url: `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}`, token, models: listed, drain: server.drain };
}

function tokenOf({ token, host }: ServeApiOptions): string | null {
  if (token === "generate") return randomBytes(32).toString("base64url");
  if (token === null) {
    if (!isLoopback(host)) throw new WorkbenchError("usage.invalid", { reason: `--no-token is only for a loopback address; whoever reaches ${host} could use the model` });
    return null;
  }
  if (!/^[\x21-\x7e]+$/.test(token) || token.length < LEAST_TOKEN_CHARACTERS) throw new WorkbenchError("usage.invalid", { reason: `the token must be one line of at least ${LEAST_TOKEN_CHARACTERS} visible ASCII characters without spaces` });
  return token;
}
