import { describe, expect, test } from "vitest";
import { createEnginePool } from "../../main/api/engine-pool.ts";
import type { Engine } from "../../main/domain/engine.ts";
import { type ErrorCode, errorFromRecord } from "../../shared/errors.ts";
import type { ModelPackage } from "../../main/domain/model-package.ts";

const model = (digest: string): ModelPackage => ({ digest, directory: `/packages/${digest}`, manifest: {} as ModelPackage["manifest"] });

function recordingPool(failures = 0, generateFails: ErrorCode = "runtime.engineFailed") {
  const log: string[] = [];
  let left = failures;
  const pool = createEnginePool((opened) => {
    const engine: Pick<Engine, "load" | "unload" | "generate"> = {
      load: async () => {
        log.push(`load ${opened.digest}`);
        if (left-- > 0) throw new Error("no memory");
        return { loadMs: 5 };
      },
      // biome-ignore lint/correctness/useYield: it fails before there is anything to give
      generate: async function* () {
        throw errorFromRecord({ code: generateFails, details: {} });
      },
      unload: async () => void log.push(`unload ${opened.digest}`),
    };
    return engine as Engine;
  });
  return { log, pool };
}

describe("the engines kept between calls", () => {
  test("load once, however often a call loads and unloads", async () => {
    const { log, pool } = recordingPool();
    for (let turn = 0; turn < 3; turn += 1) {
      const engine = pool.borrow(model("a"), { threads: 2 });
      await engine.load();
      await engine.unload();
    }
    expect(log).toEqual(["load a"]);
  });

  test("leave memory before another model enters it, once nobody holds them", async () => {
    const { log, pool } = recordingPool();
    const first = pool.borrow(model("a"), { threads: 2 });
    await first.load();
    const second = pool.borrow(model("b"), { threads: 2 });
    const loading = second.load();
    await settled();
    expect(log).toEqual(["load a"]);
    await first.unload();
    await loading;
    await pool.close();
    expect(log).toEqual(["load a", "unload a", "load b", "unload b"]);
  });

  test("are made anew for another number of threads", async () => {
    const { log, pool } = recordingPool();
    await use(pool, "a", 1);
    await use(pool, "a", 2);
    expect(log).toEqual(["load a", "unload a", "load a"]);
  });

  test("serve models in the order they were asked for, each waiting for the one before", async () => {
    const { log, pool } = recordingPool();
    const engines = ["a", "b", "a"].map((digest) => pool.borrow(model(digest), { threads: 1 }));
    const loads = engines.map((engine) => engine.load());
    for (const [place, engine] of engines.entries()) {
      await loads[place];
      await settled();
      expect(log.at(-1)).toBe(`load ${["a", "b", "a"][place]}`);
      await engine.unload();
    }
    expect(log).toEqual(["load a", "unload a", "load b", "unload b", "load a"]);
  });

  test("stay loaded when whoever waited to take their place gives up", async () => {
    const { log, pool } = recordingPool();
    const first = pool.borrow(model("a"), { threads: 1 });
    await first.load();
    const impatient = new AbortController();
    const second = pool.borrow(model("b"), { threads: 1 }).load(impatient.signal);
    const third = pool.borrow(model("c"), { threads: 1 });
    const thirdLoad = third.load();
    await settled();
    impatient.abort();
    await expect(second).rejects.toMatchObject({ name: "AbortError" });
    expect(log).toEqual(["load a"]);
    await first.unload();
    await thirdLoad;
    expect(log.filter((line) => !line.endsWith(" b"))).toEqual(["load a", "unload a", "load c"]);
    await third.unload();
    const alone = new AbortController();
    await third.load();
    const gone = pool.borrow(model("d"), { threads: 1 }).load(alone.signal);
    await settled();
    alone.abort();
    await expect(gone).rejects.toMatchObject({ name: "AbortError" });
    expect(await pool.borrow(model("c"), { threads: 1 }).load()).toEqual({ loadMs: 0 });
  });

  test("a load that one caller gives up goes on for the other who waits for it", async () => {
    let finish = (): void => {};
    let stopped = false;
    const pool = createEnginePool(() => ({
      load: (signal?: AbortSignal) => new Promise((resolve) => {
        signal?.addEventListener("abort", () => (stopped = true));
        finish = () => resolve({ loadMs: 5 });
      }),
      unload: async () => {},
    }) as unknown as Engine);
    const impatient = new AbortController();
    const gone = pool.borrow(model("a"), { threads: 1 }).load(impatient.signal);
    const patient = pool.borrow(model("a"), { threads: 1 }).load();
    await settled();
    impatient.abort();
    await expect(gone).rejects.toMatchObject({ name: "AbortError" });
    finish();
    await patient;
    expect(stopped).toBe(false);
  });

  test("a load that has begun goes on though its only caller gave up, and the next finds it done", async () => {
    let finish = (): void => {};
    let loads = 0;
    const pool = createEnginePool(() => ({ load: () => {
      loads++;
      return new Promise((resolve) => (finish = () => resolve({ loadMs: 5 })));
    }, unload: async () => {} }) as unknown as Engine);
    const impatient = new AbortController();
    const gone = pool.borrow(model("a"), { threads: 1 }).load(impatient.signal);
    await settled();
    impatient.abort();
    await expect(gone).rejects.toMatchObject({ name: "AbortError" });
    finish();
    await settled();
    expect(await pool.borrow(model("a"), { threads: 1 }).load()).toEqual({ loadMs: 0 });
    expect(loads).toBe(1);
  });

  test("load again after a load that failed", async () => {
    const { log, pool } = recordingPool(1);
    await expect(use(pool, "a", 1)).rejects.toThrow("no memory");
    await use(pool, "a", 1);
    expect(log.filter((line) => line.startsWith("load"))).toEqual(["load a", "load a"]);
  });

  test.each([["runtime.engineExited", 2], ["runtime.contextExceeded", 1]] as const)("after %s of one caller are loaded %i times in all", async (code, times) => {
    const { log, pool } = recordingPool(0, code);
    const engine = pool.borrow(model("a"), { threads: 1 });
    await engine.load();
    await expect(engine.generate({ promptIds: [1], maxTokens: 1, sampling, stopTokenIds: [] })[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code });
    await engine.unload();
    await use(pool, "a", 1);
    expect(log.filter((line) => line.startsWith("load"))).toHaveLength(times);
  });

  test("closed without any is no error", async () => {
    await recordingPool().pool.close();
  });
});

const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

async function use(pool: ReturnType<typeof createEnginePool>, digest: string, threads: number): Promise<void> {
  const engine = pool.borrow(model(digest), { threads });
  await engine.load();
  await engine.unload();
}
