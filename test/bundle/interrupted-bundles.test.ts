import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readBundle } from "../../main/bundle/read-bundle.ts";
import { signBundle } from "../../main/bundle/sign-bundle.ts";
import type { Files } from "../../main/domain/files.ts";
import { contentsOf, create, files, fresh, install, makeBundle, verify } from "./bundle-fixture.ts";
import { cancellingAt, fullAt, Killed, killedAt, operationsOf, outcome, struckDisk } from "./struck-disk.ts";
import { check, codeOf, knows, makePerson, NOW, trustOf, unsigned } from "./trust/trust-fixture.ts";

const { model, whole, digest } = await makeBundle();
const installed = fresh();
await install(whole, installed);
const expected = contentsOf(installed);

const createOperations = await operationsOf((disk) => create(model, fresh(), disk));
const installOperations = await operationsOf((disk) => install(whole, fresh(), { disk }));

describe("killed at any operation", () => {
  it(`creating leaves no bundle under its name, and the next run makes the same one (of ${createOperations} operations)`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: createOperations }), async (n) => {
        const out = fresh();
        expect(await outcome(create(model, out, killedAt(n)))).toBeInstanceOf(Killed);
        expect(existsSync(out)).toBe(false);
        expect((await create(model, out)).digest).toBe(digest);
        expect(await verify(out)).toMatchObject({ digest });
      }),
      { numRuns: 40 },
    );
  });

  it(`installing leaves no package under its name, and the next run installs the same one (of ${installOperations} operations)`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: installOperations }), async (n) => {
        const to = fresh();
        expect(await outcome(install(whole, to, { disk: killedAt(n) }))).toBeInstanceOf(Killed);
        expect(existsSync(to)).toBe(false);
        await install(whole, to);
        expect(contentsOf(to)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  it("a run over what another package's, or another bundle's, left makes nothing of it", async () => {
    const { model: other, whole: otherBundle, digest: otherDigest } = await makeBundle({ "tokenizer.json": "{ }", "vocab.json": "{}" });
    const [out, to] = [fresh(), fresh()];
    await outcome(create(other, out, killedAt(createOperations - 2)));
    expect((await create(model, out)).digest).toBe(digest);
    await verify(out);
    await outcome(install(otherBundle, to, { disk: killedAt(installOperations - 2) }));
    await install(whole, to);
    expect(contentsOf(to)).toEqual(expected);
    expect(otherDigest).not.toBe(digest);
  });
});

it("signing, killed at any operation, leaves no signature that is wrong, and the next run signs", async () => {
  const signer = makePerson();
  const trust = trustOf([knows(signer, "maker")]);
  const one = async (disk: Files, directory: string) => {
    const bundle = await readBundle(files, directory);
    return signBundle({ files: disk, bundle, signer: signer.signer, purpose: undefined, now: NOW });
  };
  const bare = (): string => {
    const directory = unsigned();
    for (const name of ["SHA256SUMS", "verify.sh", "verify.ps1"]) rmSync(path.join(directory, name));
    return directory;
  };
  const operations = await operationsOf((disk) => one(disk, bare()));
  expect(operations).toBeGreaterThan(20);
  for (let n = operations; n > 0; n -= 3) {
    const directory = bare();
    await expect(one(killedAt(n), directory)).rejects.toThrow(Killed);
    await one(files, directory);
    await verify(directory);
    expect(codeOf(await check(directory, trust))).toBe("verified");
  }
});

describe("a disk that fills", () => {
  it("at any write gives one clear error and leaves nothing; the next try gives the same bundle", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 70 }), async (n) => {
        const [out, to] = [fresh(), fresh()];
        const created = await outcome(create(model, out, fullAt(n)));
        expect(existsSync(out)).toBe(created === "done");
        if (created !== "done") {
          expect(created).toMatchObject({ code: "files.noSpace" });
          expect(existsSync(`${out}.partial`)).toBe(false);
          expect((await create(model, out)).digest).toBe(digest);
        }
        const unpacked = await outcome(install(whole, to, { disk: fullAt(n) }));
        expect(existsSync(to)).toBe(unpacked === "done");
        if (unpacked !== "done") {
          expect(unpacked).toMatchObject({ code: "files.noSpace" });
          expect(existsSync(`${to}.partial`)).toBe(false);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("is asked before anything is copied", async () => {
    const disk: Files = { ...files, freeBytes: async () => 1000, openForWriting: () => Promise.reject(new Error("written to")) };
    const [out, to] = [fresh(), fresh()];
    await expect(create(model, out, disk)).rejects.toMatchObject({ code: "files.noSpace", details: { freeBytes: 1000 } });
    await expect(install(whole, to, { disk })).rejects.toMatchObject({ code: "files.noSpace" });
    expect(existsSync(`${out}.partial`) || existsSync(`${to}.partial`)).toBe(false);
  });
});

describe("cancelled at any operation", () => {
  it("creating gives no bundle its name, and the next run takes it up", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: createOperations }), async (n) => {
        const [out, controller] = [fresh(), new AbortController()];
        const created = await outcome(create(model, out, cancellingAt(n, controller), controller.signal));
        expect(existsSync(out)).toBe(!controller.signal.aborted);
        expect(created === "done").toBe(!controller.signal.aborted);
        if (created !== "done") expect((await create(model, out)).digest).toBe(digest);
      }),
      { numRuns: 25 },
    );
  });

  it("installing gives no package its name, and the next run takes it up", async () => {
    await fc.assert(
      // The last two operations, the look at the target and the rename, come after the last question whether to go on.
      fc.asyncProperty(fc.integer({ min: 1, max: installOperations - 2 }), async (n) => {
        const [to, controller] = [fresh(), new AbortController()];
        const unpacked = await outcome(install(whole, to, { disk: cancellingAt(n, controller), signal: controller.signal }));
        expect(existsSync(to)).toBe(!controller.signal.aborted);
        expect(unpacked === "done").toBe(!controller.signal.aborted);
        if (unpacked !== "done") await install(whole, to);
        expect(contentsOf(to)).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  it("also while the package is being proven", async () => {
    const [to, controller] = [fresh(), new AbortController()];
    await outcome(install(whole, to, { check: async () => controller.abort(), signal: controller.signal }));
    expect(existsSync(to)).toBe(false);
  });

  it("what was copied is not copied again", async () => {
    const out = fresh();
    await outcome(create(model, out, killedAt(createOperations - 1)));
    const copied: string[] = [];
    await create(model, out, struckDisk((operation, file) => { if (operation === "openForWriting") copied.push(file); }));
    expect(copied).toEqual([]);
  });
});
