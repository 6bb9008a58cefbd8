import { WorkbenchError } from "../../shared/errors.ts";
import type { EngineAddRequest, EngineCheck, EngineCheckRequest, RemoteEngine } from "../../shared/schemas/engine.ts";
import type { EngineAddress } from "../domain/chat-engine.ts";
import { addressOf, findEngine } from "./contestant.ts";
import { engineAddress, engineName } from "./engine-address.ts";
import { implementer } from "./implementer.ts";
import type { Workbench } from "./workbench.ts";

/** An error is read by a person. */
const MAX_MODELS_NAMED = 20;

export const engine = {
  list: implementer.engine.list.handler(({ context: { workbench } }) => workbench.store.engines.list()),
  add: implementer.engine.add.handler(({ input, context: { workbench }, signal }) => add(workbench, input, signal ?? new AbortController().signal)),
  remove: implementer.engine.remove.handler(({ input, context: { workbench } }) => remove(workbench, input.engine)),
  check: implementer.engine.check.handler(({ input, context: { workbench }, signal }) => check(workbench, input, signal ?? new AbortController().signal)),
};

async function add(workbench: Workbench, request: EngineAddRequest, signal: AbortSignal): Promise<RemoteEngine> {
  const { store, secrets, clock } = workbench;
  const name = engineName(request.name);
  const url = engineAddress(request.url);
  const key = request.key ?? null;
  if (store.engines.find(name) !== undefined) throw new WorkbenchError("engine.nameTaken", { name });
  const model = request.model ?? (await onlyModel(workbench, { url, key }, signal));
  // The key first: an engine without the key it is said to have would be refused by its server for no reason that is seen.
  if (key !== null) await secrets.write(name, key);
  const added: RemoteEngine = { name, url, model, hasKey: key !== null, createdAt: new Date(clock.now()).toISOString() };
  if (!store.engines.insert(added)) throw new WorkbenchError("engine.nameTaken", { name });
  store.audit.append("engine.add", url, { name, model, hasKey: added.hasKey });
  return added;
}

async function remove(workbench: Workbench, name: string): Promise<RemoteEngine> {
  const { store, secrets } = workbench;
  const removed = findEngine(workbench, name);
  // The key first: nothing secret stays behind a kill.
  await secrets.remove(removed.name);
  store.engines.remove(removed.name);
  store.audit.append("engine.remove", removed.url, { name: removed.name, model: removed.model });
  return removed;
}

async function check(workbench: Workbench, request: EngineCheckRequest, signal: AbortSignal): Promise<EngineCheck> {
  const named = "engine" in request ? findEngine(workbench, request.engine) : null;
  const address = named !== null ? await addressOf(workbench, named) : "url" in request ? { url: engineAddress(request.url), key: request.key ?? null } : null;
  if (address === null) throw new WorkbenchError("usage.invalid", { reason: "name an engine or give an address" });
  const startedMs = workbench.clock.ticks();
  const models = await workbench.chatEngine.models(address, signal);
  return { url: address.url, models: [...models], isModelOffered: named === null ? null : models.includes(named.model), elapsedMs: workbench.clock.ticks() - startedMs };
}

async function onlyModel({ chatEngine }: Workbench, address: EngineAddress, signal: AbortSignal): Promise<string> {
  const models = await chatEngine.models(address, signal);
  const [model] = models;
  if (model !== undefined && models.length === 1) return model;
  throw new WorkbenchError("engine.modelUnchosen", { url: address.url, models: models.slice(0, MAX_MODELS_NAMED).join(", ") });
}
