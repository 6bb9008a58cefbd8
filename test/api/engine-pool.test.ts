import { describe, expect, test } from "vitest";
import { createEnginePool } from "../../main/api/engine-pool.ts";
import type { Engine } from "../../main/domain/engine.ts";
import type { ModelPackage } from "../../main/domain/model-package.ts";

const model = (digest: string): ModelPackage => ({ digest, directory: `/packages/${digest}`, manifest: {} as ModelPackage["manifest"] });

function recordingPool(failures = 0) {
  const log: string[] = [];
  let left = failures;
  const pool = createEnginePool((opened) => {
    const engine: Pick<Engine, "load" | "unload"> = {
      load: async () => {
        log.push(`load ${opened.digest}`);
        if (left-- > 0) throw new Error("no memory");
        return { loadMs: 5 };
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

  test("leave memory before another model enters it", async () => {
    const { log, pool } = recordingPool();
    await pool.borrow(model("a"), { threads: 2 }).load();
    await pool.borrow(model("b"), { threads: 2 }).load();
    await pool.close();
    expect(log).toEqual(["load a", "unload a", "load b", "unload b"]);
  });

  test("are made anew for another number of threads", async () => {
    const { log, pool } = recordingPool();
    await pool.borrow(model("a"), { threads: 1 }).load();
    await pool.borrow(model("a"), { threads: 2 }).load();
    expect(log).toEqual(["load a", "unload a", "load a"]);
  });

  test("load again after a load that failed, and after being dropped", async () => {
    const { log, pool } = recordingPool(1);
    await expect(pool.borrow(model("a"), { threads: 1 }).load()).rejects.toThrow("no memory");
    await pool.borrow(model("a"), { threads: 1 }).load();
    await pool.drop();
    await pool.borrow(model("a"), { threads: 1 }).load();
    expect(log).toEqual(["load a", "load a", "unload a", "load a"]);
  });

  test("closed without any is no error", async () => {
    await recordingPool().pool.close();
  });
});
