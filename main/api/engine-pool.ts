import { WorkbenchError } from "../../shared/errors.ts";
import type { Engine, GenerateTokens, TokenEvent } from "../domain/engine.ts";
import type { ModelPackage } from "../domain/model-package.ts";
import type { OnProgress } from "../domain/progress.ts";

export interface EnginePool {
  /**
   * An engine shared with everybody who borrows the same model: held from `load` to `unload`, and kept loaded after that until another model is
   * wanted or the pool is closed. Loading another model waits until nobody holds the one before.
   */
  borrow(model: ModelPackage, options: { readonly threads: number }): Engine;
  /** The engine that is loaded now, whoever holds it. */
  loaded(): Engine | null;
  /** Whether this model is loaded now, with these options. */
  holds(model: ModelPackage, options: { readonly threads: number }): boolean;
  /** Unloads what is loaded, unless somebody holds it. */
  leave(): Promise<void>;
  /** Unloads whatever there is, held or not. */
  close(): Promise<void>;
}

/*
 * waiting (for `previous` to be free and gone) → loading → loaded → vacated
 * One that everybody gave up while it waited leaves the line; one whose load failed or whose process died is replaced at the next load.
 */
interface Kept {
  readonly key: string;
  readonly engine: Engine;
  readonly stop: AbortController;
  holders: number;
  /** Who must leave memory first. Null once that has happened. */
  previous: Kept | null;
  ready: Promise<{ readonly loadMs: number }> | null;
  readonly listeners: Set<OnProgress>;
  isLoaded: boolean;
  isBroken: boolean;
  onFree: () => void;
}

/**
 * Keeps one engine. One, because a second model beside a large one is what fills a machine's memory; a caller that wants two side by
 * side creates its own.
 */
export function createEnginePool(createEngine: (model: ModelPackage, options: { readonly threads: number }) => Engine): EnginePool {
  let kept: Kept | null = null;

  const hold = (model: ModelPackage, options: { readonly threads: number }): Kept => {
    const key = keyOf(model, options);
    if (kept === null || kept.key !== key || kept.isBroken) {
      kept = { key, engine: createEngine(model, options), stop: new AbortController(), holders: 0, previous: kept, ready: null, listeners: new Set(), isLoaded: false, isBroken: false, onFree: () => {} };
    }
    kept.holders++;
    return kept;
  };

  const release = (held: Kept): void => {
    held.holders--;
    if (held.holders > 0) return;
    if (held.previous !== null) {
      // It was still waiting, and nobody wants it any more: whoever is loaded stays so. A load that has begun goes on instead: a client that
      // gives up after a minute and asks again would otherwise never see a model that takes two.
      held.stop.abort();
      if (kept === held) kept = held.previous;
    }
    held.onFree();
  };

  const close = async (): Promise<void> => {
    const line: Kept[] = [];
    for (let at = kept; at !== null; at = at.previous) line.push(at);
    kept = null;
    for (const one of line) one.stop.abort();
    await Promise.all(line.map((one) => one.engine.unload()));
  };

  const leave = async (): Promise<void> => {
    if (kept === null || kept.holders > 0) return;
    const free = kept;
    kept = null;
    free.stop.abort();
    await free.ready?.catch(() => {});
    await free.engine.unload();
  };

  return { holds: (model, options) => kept?.isLoaded === true && !kept.isBroken && kept.key === keyOf(model, options), leave, borrow: (model, options) => borrowed(createHolder(() => hold(model, options), release), () => createEngine(model, options)), loaded: () => (kept?.isLoaded === true ? kept.engine : null), close };
}

function keyOf({ digest, directory }: ModelPackage, { threads }: { readonly threads: number }): string {
  return `${digest} ${directory} ${threads}`;
}

interface Holder {
  readonly current: () => Kept | null;
  take(signal: AbortSignal | undefined, onProgress: OnProgress | undefined): Promise<{ readonly loadMs: number }>;
  giveBack(): void;
}

function createHolder(hold: () => Kept, release: (held: Kept) => void): Holder {
  let held: Kept | null = null;
  const giveBack = (): void => {
    const mine = held;
    held = null;
    if (mine !== null) release(mine);
  };
  const take = async (signal: AbortSignal | undefined, onProgress: OnProgress | undefined): Promise<{ readonly loadMs: number }> => {
    signal?.throwIfAborted();
    if (held !== null && !held.isBroken) return { loadMs: 0 };
    giveBack();
    const mine = hold();
    held = mine;
    const isFirst = mine.ready === null;
    if (onProgress !== undefined) mine.listeners.add(onProgress);
    mine.ready ??= loadInTurn(mine);
    // Everybody may have given up by the time it fails.
    mine.ready.catch(() => {});
    try {
      const { loadMs } = await abortable(mine.ready, signal);
      return { loadMs: isFirst ? loadMs : 0 };
    } catch (thrown) {
      giveBack();
      throw thrown;
    } finally {
      if (onProgress !== undefined) mine.listeners.delete(onProgress);
    }
  };
  return { current: () => held, take, giveBack };
}

/** The old model leaves memory before the new one enters it. */
async function loadInTurn(mine: Kept): Promise<{ readonly loadMs: number }> {
  await vacate(mine, mine.stop.signal);
  mine.stop.signal.throwIfAborted();
  try {
    const loaded = await mine.engine.load(mine.stop.signal, (progress) => {
      for (const listener of mine.listeners) listener(progress);
    });
    mine.isLoaded = true;
    return loaded;
  } catch (thrown) {
    mine.isBroken = true;
    throw thrown;
  }
}

/** Waits until everything before `mine` is free, then unloads it. Gives up, changing nothing, when `signal` is aborted while something is held. */
async function vacate(mine: Kept, signal: AbortSignal): Promise<void> {
  const before = mine.previous;
  if (before === null) return;
  do {
    while (before.holders > 0) {
      signal.throwIfAborted();
      await abortable(new Promise<void>((resolve) => (before.onFree = resolve)), signal);
    }
    await before.ready?.catch(() => {});
    await vacate(before, signal);
    signal.throwIfAborted();
  } while (before.holders > 0);
  // From here on nobody may be given the old engine again, even if `mine` is given up.
  before.isBroken = true;
  mine.previous = null;
  await before.engine.unload();
}

function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** Codes after which the process behind an engine is of no more use. */
const FATAL: ReadonlySet<string> = new Set(["runtime.engineExited", "runtime.engineFailed", "runtime.notLoaded"]);

/** @param describer makes an engine only to ask it about itself before anything is loaded */
function borrowed(holder: Holder, describer: () => Engine): Engine {
  const held = (): Kept => {
    const current = holder.current();
    if (current === null) throw new WorkbenchError("runtime.notLoaded", {});
    return current;
  };
  async function* generate(request: GenerateTokens, signal?: AbortSignal): AsyncGenerator<TokenEvent, void> {
    const mine = held();
    try {
      yield* mine.engine.generate(request, signal);
    } catch (thrown) {
      if (thrown instanceof WorkbenchError && FATAL.has(thrown.code)) mine.isBroken = true;
      throw thrown;
    }
  }
  return {
    load: (signal, onProgress) => holder.take(signal, onProgress),
    unload: async () => holder.giveBack(),
    describe: () => (holder.current()?.engine ?? describer()).describe(),
    generate,
    logits: (tokenIds, file, options, signal) => held().engine.logits(tokenIds, file, options, signal),
    reset: () => held().engine.reset(),
    memory: () => held().engine.memory(),
    cache: () => held().engine.cache(),
  };
}
