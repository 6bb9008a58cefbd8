import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { RecoveryCoder } from "../../../main/bundle/volumes/recovery-coder.ts";
import { noise } from "./volume-fixture.ts";

const coders: RecoveryCoder[] = [];
afterAll(() => Promise.all(coders.map((coder) => coder.end())));

function coderOf(dataBlocks: number, recoveryBlocks: number, blockBytes: number): RecoveryCoder {
  const coder = new RecoveryCoder({ dataBlocks, recoveryBlocks, blockBytes });
  coders.push(coder);
  return coder;
}

describe("Reed–Solomon", () => {
  it("codes as Backblaze's and klauspost's libraries do (TestOneEncode of github.com/klauspost/reedsolomon)", async () => {
    const coder = coderOf(5, 5, 2);
    for (const [index, pair] of [[0, 1], [4, 5], [2, 3], [6, 7], [8, 9]].entries()) coder.block(index).set(pair);
    await coder.encode();
    expect([5, 6, 7, 8, 9].map((index) => [...coder.block(index)])).toEqual([[12, 13], [10, 11], [14, 15], [90, 91], [94, 95]]);
  });

  it("restores whatever is lost, again and again on one thread", async () => {
    const [data, recovery, bytes] = [9, 3, 512];
    const coder = coderOf(data, recovery, bytes);
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.array(fc.nat({ max: data + recovery - 1 }), { maxLength: recovery }), async (seed, lost) => {
        const original = Array.from({ length: data }, (_, index) => noise(bytes, seed + index));
        for (const [index, block] of original.entries()) coder.block(index).set(block);
        await coder.encode();
        for (const index of lost) coder.block(index).set(noise(bytes, index));
        await coder.restore(Array.from({ length: data + recovery }, (_, index) => !lost.includes(index)));
        for (const [index, block] of original.entries()) expect(coder.block(index)).toEqual(block);
      }),
      { numRuns: 200 },
    );
  });

  it("takes as many volumes as the code has numbers", async () => {
    const coder = coderOf(224, 32, 64);
    for (let index = 0; index < 224; index++) coder.block(index).set(noise(64, index));
    await coder.encode();
    for (let index = 100; index < 132; index++) coder.block(index).fill(0);
    await coder.restore(Array.from({ length: 256 }, (_, index) => index < 100 || index >= 132));
    expect(coder.block(131)).toEqual(noise(64, 131));
  });
});
