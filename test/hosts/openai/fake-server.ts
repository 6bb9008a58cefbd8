import { request as httpRequest } from "node:http";
import { fileURLToPath } from "node:url";
import OpenAI from "openai";
import { createCompletionService } from "../../../main/api/completion-service.ts";
import { createEnginePool } from "../../../main/api/engine-pool.ts";
import type { ServedModels } from "../../../main/api/served-models.ts";
import type { ModelPackage } from "../../../main/domain/model-package.ts";
import { createNodeFiles } from "../../../main/hosts/node-files.ts";
import { createOpenAiServer, type ServerOptions } from "../../../main/hosts/openai/create-server.ts";
import { loadTokenizer } from "../../../main/runtime/tokenizer.ts";
import { WorkbenchError } from "../../../shared/errors.ts";
import { createFakeEngine, type FakeEngine, type FakeEngineOptions } from "./fake-engine.ts";

/** Its tokenizer and chat template are all a server needs of it beside an engine. */
const checkpoint = fileURLToPath(new URL("../../../resources/sample/checkpoint", import.meta.url));
export const TOKEN = "a-token-of-the-tests-only";
const EOS = 1;
const VOCAB = 4096;

export const tokenizer = await loadTokenizer(createNodeFiles(), checkpoint);

export interface FakeServer {
  readonly engine: FakeEngine;
  readonly url: string;
  readonly port: number;
  readonly client: OpenAI;
  readonly log: string[];
  drain(graceMs: number): Promise<void>;
  /** Raw: any header may be set, Host too. */
  send(path: string, options?: SendOptions): Promise<Answer>;
  metrics(): Promise<Map<string, number>>;
}

export interface SendOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly token?: string | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  json(): { readonly error: { readonly message: string; readonly type: string; readonly param: string | null; readonly code: string | null }; readonly [field: string]: unknown };
}

export interface FakeServerOptions extends Partial<Omit<ServerOptions, "service">> {
  readonly engine?: Partial<FakeEngineOptions>;
  readonly maxSequences?: number;
  readonly maxQueue?: number;
  /** Text of every answer. */
  readonly says?: string;
}

/** A real server on a real port over the real line, with an engine that only pretends. */
export async function startFakeServer(options: FakeServerOptions = {}): Promise<FakeServer> {
  const script = options.says === undefined ? {} : { script: tokenizer.encode(options.says, { addSpecialTokens: false }) };
  const engine = createFakeEngine({ eosId: EOS, vocabSize: VOCAB, ...script, ...options.engine });
  const { maxSequences = 8, maxQueue = 64 } = options;
  const service = createCompletionService({
    files: createNodeFiles(), engines: createEnginePool(() => engine), models: servedModels, threads: 1, maxSequences, maxQueue, ticks: () => performance.now(),
  });
  const log: string[] = [];
  const server = createOpenAiServer({
    service, access: { token: TOKEN, allowedHosts: [], allowedOrigins: [] }, bodyLimitBytes: 4 * 2 ** 20, lanes: maxSequences, now: () => Date.now(), ticks: () => performance.now(),
    log: (line) => log.push(line), ...options,
  });
  const port = await server.listen("127.0.0.1", 0);
  const url = `http://127.0.0.1:${port}`;
  const send = (path: string, options: SendOptions = {}): Promise<Answer> => sendRaw(port, path, options);
  return {
    engine, url, port, log, send, drain: server.drain,
    client: new OpenAI({ baseURL: `${url}/v1`, apiKey: TOKEN, maxRetries: 0 }),
    metrics: async () => readMetrics((await send("/metrics")).text),
  };
}

const model = { directory: checkpoint, digest: "0".repeat(64), manifest: { name: "sample", spec: { eosTokenIds: [EOS], bosTokenId: 0, maxPositions: 2048, vocabSize: VOCAB } } } as unknown as ModelPackage;
const servedModels: ServedModels = {
  list: async () => [{ id: "sample", storeId: "pkg-000000000000", createdMs: 1_700_000_000_000, contextTokens: 2048 }],
  open: async (id) => {
    if (id !== "sample" && id !== "pkg-000000000000") throw new WorkbenchError("store.notFound", { kind: "model", reference: id });
    return model;
  },
};

export function sendRaw(port: number, path: string, { method, headers = {}, body, token = TOKEN }: SendOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      host: "127.0.0.1", port, path, agent: false, method: method ?? (body === undefined ? "GET" : "POST"),
      headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk)).on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: () => JSON.parse(text) }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** "name{labels}" → value */
export function readMetrics(text: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const at = line.lastIndexOf(" ");
    values.set(line.slice(0, at), Number(line.slice(at + 1)));
  }
  return values;
}

/** Until `condition` holds; fails after five seconds. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 5000;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error("it did not come about within five seconds");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
