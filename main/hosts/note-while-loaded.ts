import type { Engine } from "../domain/engine.ts";

/** The same engine, with something noted from before it loads until it is unloaded. */
export function noteWhileLoaded(note: () => Promise<() => Promise<void>>, engine: Engine): Engine {
  let takeBack: (() => Promise<void>) | null = null;
  const forget = async (): Promise<void> => {
    const noted = takeBack;
    takeBack = null;
    await noted?.();
  };
  return {
    load: async (signal, onProgress) => {
      takeBack ??= await note();
      try {
        return await engine.load(signal, onProgress);
      } catch (thrown) {
        await forget();
        throw thrown;
      }
    },
    unload: async () => {
      try {
        await engine.unload();
      } finally {
        await forget();
      }
    },
    describe: () => engine.describe(),
    generate: (request, signal) => engine.generate(request, signal),
    logits: (tokenIds, file, options, signal) => engine.logits(tokenIds, file, options, signal),
    reset: () => engine.reset(),
    memory: () => engine.memory(),
    cache: () => engine.cache(),
  };
}
