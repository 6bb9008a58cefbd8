import type { Engine } from "../domain/engine.ts";
import type { ModelPackage } from "../domain/model-package.ts";

export interface EnginePool {
  /** An engine that stays loaded when its user unloads it, until another model is asked for or the pool is closed. */
  borrow(model: ModelPackage, options: { readonly threads: number }): Engine;
  /** Forgets the engine of a call that failed: its process may be gone. */
  drop(): Promise<void>;
  close(): Promise<void>;
}

interface Kept {
  readonly key: string;
  readonly engine: Engine;
  loading: Promise<{ readonly loadMs: number }> | null;
}

/**
 * Keeps one engine. One, because a second model beside a large one is what fills a machine's memory; a caller that wants two side by
 * side creates its own.
 */
export function createEnginePool(createEngine: (model: ModelPackage, options: { readonly threads: number }) => Engine): EnginePool {
  let kept: Kept | null = null;

  const drop = async (): Promise<void> => {
    const gone = kept;
    kept = null;
    if (gone !== null) await gone.engine.unload();
  };

  const borrow = (model: ModelPackage, options: { readonly threads: number }): Engine => {
    const key = `${model.digest} ${model.directory} ${options.threads}`;
    const previous = kept !== null && kept.key !== key ? kept.engine : null;
    if (kept === null || previous !== null) kept = { key, engine: createEngine(model, options), loading: null };
    return borrowed(kept, previous);
  };

  return { borrow, drop, close: drop };
}

/** The kept engine with a `load` that happens once and an `unload` that does not. */
function borrowed(kept: Kept, previous: Engine | null): Engine {
  const { engine } = kept;
  return {
    load: async (signal) => {
      if (kept.loading !== null) {
        await kept.loading;
        return { loadMs: 0 };
      }
      kept.loading = (async () => {
        // The old model leaves memory before the new one enters it.
        if (previous !== null) await previous.unload();
        return engine.load(signal);
      })();
      try {
        return await kept.loading;
      } catch (thrown) {
        kept.loading = null;
        throw thrown;
      }
    },
    unload: async () => {},
    describe: () => engine.describe(),
    generate: (request, signal) => engine.generate(request, signal),
    logits: (tokenIds, file, options, signal) => engine.logits(tokenIds, file, options, signal),
    reset: () => engine.reset(),
    memory: () => engine.memory(),
  };
}
