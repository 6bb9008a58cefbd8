import { describe, expect, it } from "vitest";
import { CacheStore, type RunningSequence } from "../../main/runtime/cache-store.ts";
import { Turns } from "../../main/runtime/turns.ts";

const STREAMS = [{ past: "past.a", fresh: "fresh.a", width: 2 }, { past: "past.b", fresh: "fresh.b", width: 1 }];
const BYTES_PER_TOKEN = 12;
const never = new AbortController().signal;
const count = (from: number, length: number): number[] => Array.from({ length }, (_, i) => from + i);

/** Runs a sequence's prompt: the rows tell which token they are of. */
function feed({ cache }: RunningSequence, ids: readonly number[]): void {
  const rest = ids.slice(cache.length);
  cache.append([Float32Array.from(rest.flatMap((id) => [id, -id])), Float32Array.from(rest, (id) => id * 10)], rest);
}
async function conversation(store: CacheStore, ids: readonly number[], maxTokens = ids.length): Promise<number> {
  const sequence = await store.begin(ids, maxTokens, true, never);
  feed(sequence, ids);
  expect([...sequence.cache.view(1)]).toEqual(ids.map((id) => id * 10));
  store.end(sequence);
  return sequence.sharedTokens;
}

describe("the cache that sequences share", () => {
  it("runs only what a prompt has beyond the longest beginning in memory, and never leaves out its last token", async () => {
    const store = new CacheStore(STREAMS, 1000 * BYTES_PER_TOKEN);
    expect(await conversation(store, count(1, 40))).toBe(0);
    expect(await conversation(store, count(1, 60))).toBe(40);
    expect(await conversation(store, count(1, 60))).toBe(59);
    expect(await conversation(store, [...count(1, 30), ...count(500, 10)])).toBe(30);
    expect(await conversation(store, count(1, 60))).toBe(59);
    expect(await conversation(store, count(900, 5))).toBe(0);
  });

  it("lets a second sequence begin with what a running one has", async () => {
    const store = new CacheStore(STREAMS, 4000 * BYTES_PER_TOKEN);
    const first = await store.begin(count(1, 50), 60, true, never);
    feed(first, count(1, 50));
    const second = await store.begin([...count(1, 40), 7], 60, true, never);
    expect(second.sharedTokens).toBe(40);
    feed(second, [...count(1, 40), 7]);
    expect([...first.cache.view(1)]).toEqual(count(1, 50).map((id) => id * 10));
  });

  it("forgets the least recently used first, and never holds more than its limit", async () => {
    const store = new CacheStore(STREAMS, 600 * BYTES_PER_TOKEN);
    await conversation(store, count(1000, 200));
    await conversation(store, count(2000, 200));
    expect(await conversation(store, count(1000, 200))).toBe(199);
    await conversation(store, count(3000, 200));
    await conversation(store, count(4000, 200));
    expect(store.usage().keptBytes).toBeLessThanOrEqual(600 * BYTES_PER_TOKEN);
    expect(await conversation(store, count(2000, 200))).toBe(0);
  });

  it("refuses with the arithmetic what could not fit alone", async () => {
    const store = new CacheStore(STREAMS, 100 * BYTES_PER_TOKEN);
    await expect(store.begin([1], 101, true, never)).rejects.toMatchObject({ code: "runtime.cacheExceeded", details: { neededTokens: 101, bytesPerToken: 12, neededBytes: 1212, limitBytes: 1200 } });
  });

  it("lets wait what does not fit beside those running, first come first served, and forgets who gave up", async () => {
    const store = new CacheStore(STREAMS, 100 * BYTES_PER_TOKEN);
    const running = await store.begin([1], 80, true, never);
    const entered: string[] = [];
    const gaveUp = new AbortController();
    const enter = (name: string, tokens: number, signal = never) => store.begin([2], tokens, true, signal).then((sequence) => {
      entered.push(name);
      return sequence;
    });
    const lost = enter("lost", 90, gaveUp.signal);
    const large = enter("large", 90);
    const small = enter("small", 10);
    expect(store.usage()).toMatchObject({ runningSequences: 1, waitingSequences: 3 });
    gaveUp.abort();
    await expect(lost).rejects.toThrow();
    expect(entered).toEqual([]);
    store.end(running);
    store.end(await large);
    store.end(await small);
    expect(entered).toEqual(["large", "small"]);
    expect(store.usage()).toMatchObject({ runningSequences: 0, waitingSequences: 0, runningBytes: 0 });
  });
});

it("takes turns: whoever asks again stands behind those who wait", async () => {
  const turns = new Turns();
  const order: string[] = [];
  const sequence = async (name: string, steps: number): Promise<void> => {
    for (let step = 0; step < steps; step++) {
      await turns.take(async () => {
        order.push(name);
        await Promise.resolve();
      });
    }
  };
  await Promise.all([sequence("a", 4), sequence("b", 3), sequence("c", 2)]);
  expect(order.join("")).toBe("abcabcaba");
  await expect(turns.take(() => Promise.reject(new Error("bad step")))).rejects.toThrow("bad step");
  expect(await turns.take(async () => 5)).toBe(5);
  expect(turns.asked).toBe(0);
});
