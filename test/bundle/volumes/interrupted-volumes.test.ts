import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contentsOf, fresh } from "../bundle-fixture.ts";
import { cancellingAt, fullAt, Killed, killedAt, operationsOf, outcome, struckDisk } from "../struck-disk.ts";
import { join, KIB, makeFolder, noise, split, volumesIn } from "./volume-fixture.ts";

const folder = makeFolder({ "a/one": noise(150 * KIB, 1), "b/two": noise(90 * KIB, 2), "c": noise(5, 3) });
const options = { mediumBytes: 110 * KIB, recoveryVolumes: 1 };
const media = fresh();
const made = await split(folder, media, options);
const expected = contentsOf(media);
const lossy = fresh();
await split(folder, lossy, options);
rmSync(path.join(lossy, volumesIn(lossy)[1] as string), { recursive: true });
const splitOperations = await operationsOf((disk) => split(folder, fresh(), { ...options, disk }));
const joinOperations = await operationsOf((disk) => join([lossy], fresh(), { disk }));

describe("killed at any operation", () => {
  it(`splitting leaves no volumes under their name, and the next run makes the same (of ${splitOperations} operations)`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: splitOperations }), async (n) => {
        const out = fresh();
        expect(await outcome(split(folder, out, { ...options, disk: killedAt(n) }))).toBeInstanceOf(Killed);
        expect(existsSync(out)).toBe(false);
        expect(await split(folder, out, options)).toEqual(made);
        expect(contentsOf(out)).toEqual(expected);
      }),
      { numRuns: 8 },
    );
  });

  it(`joining leaves no bundle under its name, and the next run makes the same (of ${joinOperations} operations)`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: joinOperations }), async (n) => {
        const out = fresh();
        expect(await outcome(join([lossy], out, { disk: killedAt(n) }))).toBeInstanceOf(Killed);
        expect(existsSync(out)).toBe(false);
        await join([lossy], out);
        expect(contentsOf(out)).toEqual(contentsOf(folder));
      }),
      { numRuns: 8 },
    );
  });

  it("data volumes and files that were finished are not written again", async () => {
    const [out, joined] = [fresh(), fresh()];
    await outcome(split(folder, out, { ...options, disk: killedAt(splitOperations - 3) }));
    const written: string[] = [];
    const watching = struckDisk((operation, file) => { if (operation === "openForWriting") written.push(path.basename(file)); });
    await split(folder, out, { ...options, disk: watching });
    expect(written.filter((name) => !name.includes("recovery"))).toEqual([]);
    await outcome(join([media], joined, { disk: killedAt((await operationsOf((disk) => join([media], fresh(), { disk }))) - 1) }));
    written.length = 0;
    await join([media], joined, { disk: watching });
    expect(written.filter((name) => name !== "c.part")).toEqual([]);
  });

  it("another folder's half-made volumes are not taken for ours", async () => {
    const out = fresh();
    await outcome(split(makeFolder({ "a/one": noise(150 * KIB, 8), "b/two": noise(90 * KIB, 9), "c": noise(5, 3) }), out, { ...options, disk: killedAt(splitOperations - 3) }));
    expect(await split(folder, out, options)).toEqual(made);
    expect(contentsOf(out)).toEqual(expected);
  });
});

it("a disk that fills at any write gives one clear error and leaves nothing", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (n) => {
      const [out, joined] = [fresh(), fresh()];
      for (const [to, work] of [[out, () => split(folder, out, { ...options, disk: fullAt(n) })], [joined, () => join([lossy], joined, { disk: fullAt(n) })]] as const) {
        const ended = await outcome(work());
        if (ended instanceof Error) {
          expect(ended).toMatchObject({ code: "files.noSpace" });
          expect(existsSync(to) || existsSync(`${to}.partial`)).toBe(false);
        }
      }
    }),
    { numRuns: 6 },
  );
});

it("cancelled at any operation, the next run takes it up", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: splitOperations - 3 }), async (n) => {
      const [out, controller] = [fresh(), new AbortController()];
      await outcome(split(folder, out, { ...options, disk: cancellingAt(n, controller), signal: controller.signal }));
      if (!existsSync(out)) await split(folder, out, options);
      expect(contentsOf(out)).toEqual(expected);
    }),
    { numRuns: 6 },
  );
});

it("what is written is no longer than the medium", () => {
  for (const name of volumesIn(media)) expect(readdirSync(path.join(media, name)).reduce((sum, file) => sum + statSync(path.join(media, name, file)).size, 0)).toBeLessThanOrEqual(options.mediumBytes);
});
