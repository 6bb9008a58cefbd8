import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyDelta } from "../../../main/bundle/delta/apply-delta.ts";
import { CHUNK_BYTES } from "../../../main/bundle/delta/chunk-borders.ts";
import { makeDelta } from "../../../main/bundle/delta/make-delta.ts";
import { contentsOf, files, fresh } from "../bundle-fixture.ts";
import { flip, makeFolder, noise } from "../volumes/volume-fixture.ts";

const signal = new AbortController().signal;
const BASE = `sha256:${"b".repeat(64)}`;
const NEXT = `sha256:${"e".repeat(64)}`;
const none = new Map<string, readonly number[]>();
const make = (base: string, next: string, out: string, tensors: readonly [ReadonlyMap<string, readonly number[]>, ReadonlyMap<string, readonly number[]>] = [none, none]) =>
  makeDelta({ files, base: { directory: base, digest: BASE, tensors: tensors[0], isLasting: () => true }, next: { directory: next, digest: NEXT, tensors: tensors[1], isLasting: () => true }, out, onProgress: () => {}, signal, beforeNaming: async () => {} });
const apply = (delta: string, base: string, out: string, { baseDigest = BASE, maxBytes }: { baseDigest?: string; maxBytes?: number } = {}) =>
  applyDelta({ files, delta, base, baseDigest, out, maxBytes, onProgress: () => {}, signal, check: async () => {} });

/** Tensors one behind the other, with their beginnings. */
function weights(tensors: readonly Uint8Array[]): { bytes: Uint8Array; starts: number[] } {
  const starts: number[] = [];
  let at = 0;
  for (const tensor of tensors) {
    starts.push(at);
    at += tensor.length;
  }
  return { bytes: Buffer.concat(tensors), starts };
}

const tensors = Array.from({ length: 6 }, (_, index) => noise(CHUNK_BYTES + 4096 * index, index + 1));
const old = weights(tensors);
// The second is stored in fewer bits, so all that follows lies elsewhere.
const requantized = weights(tensors.map((tensor, index) => (index === 1 ? noise(90_000, 99) : tensor)));
const base = makeFolder({ "weights.bin": old.bytes, "same.json": noise(999, 5), gone: noise(10, 6) });
const next = makeFolder({ "weights.bin": requantized.bytes, "same.json": noise(999, 5), "renamed/same.json": noise(999, 5), "new.txt": noise(77, 7), empty: new Uint8Array() });
const delta = fresh();
const made = await make(base, next, delta, [new Map([["weights.bin", old.starts]]), new Map([["weights.bin", requantized.starts]])]);

describe("a delta", () => {
  it("ships the tensors that changed, wherever the others went", async () => {
    expect(made.dataBytes).toBe(90_000 + 77);
    const out = fresh();
    await apply(delta, base, out);
    expect(contentsOf(out)).toEqual(contentsOf(next));
  });

  it("is checked by sha256sum", () => {
    expect(execFileSync("sha256sum", ["-c", "SHA256SUMS"], { cwd: delta }).toString()).toBe("delta.json: OK\ndata.part1: OK\n");
  });

  it("between any two folders leads from one to the other", async () => {
    const piece = fc.constantFrom(...tensors.slice(0, 3).map((tensor) => tensor.subarray(0, CHUNK_BYTES)), noise(5000, 50));
    const content = fc.array(piece, { maxLength: 4 }).map((pieces) => Buffer.concat(pieces) as Uint8Array);
    const folder = fc.dictionary(fc.constantFrom("a", "b", "c/d"), content, { minKeys: 1 });
    await fc.assert(
      fc.asyncProperty(folder, folder, async (from, to) => {
        const [one, two, between, out] = [makeFolder(from), makeFolder(to), fresh(), fresh()];
        await make(one, two, between);
        await apply(between, one, out);
        expect(contentsOf(out)).toEqual(contentsOf(two));
      }),
      { numRuns: 20 },
    );
  });

  it("from a bundle to itself is none", async () => {
    await expect(makeDelta({ files, base: { directory: base, digest: BASE, tensors: none, isLasting: () => true }, next: { directory: base, digest: BASE, tensors: none, isLasting: () => true }, out: fresh(), onProgress: () => {}, signal, beforeNaming: async () => {} })).rejects.toMatchObject({ code: "bundle.deltaEmpty" });
  });
});

interface DeltaJson {
  [key: string]: unknown;
  base: { digest: string; files: { path: string; bytes: number; sha256: string }[] };
  new: { digest: string; bytes: number; files: { path: string; bytes: number; sha256: string; from: [number | null, number, number][] }[] };
  data: { bytes: number; partBytes: number; parts: { bytes: number; sha256: string }[] };
}

const edit = (change: (json: DeltaJson) => void) => (spoilt: string): void => {
  const at = path.join(spoilt, "delta.json");
  const json = JSON.parse(readFileSync(at, "utf8")) as DeltaJson;
  change(json);
  writeFileSync(at, JSON.stringify(json));
};
const weightsOf = (json: DeltaJson): DeltaJson["new"]["files"][number] => json.new.files.find(({ path: name }) => name === "weights.bin") as DeltaJson["new"]["files"][number];

const HOSTILE: readonly (readonly [string, (spoilt: string) => void, string])[] = [
  ["a delta.json of 2 GB", (d) => truncateSync(path.join(d, "delta.json"), 2 ** 31), "bundle.deltaInvalid"],
  ["no delta.json", (d) => rmSync(path.join(d, "delta.json")), "bundle.deltaInvalid"],
  ["a delta.json that is a link", (d) => { cpSync(path.join(d, "delta.json"), `${d}.json`); rmSync(path.join(d, "delta.json")); symlinkSync(`${d}.json`, path.join(d, "delta.json")); }, "bundle.entryRefused"],
  ["data cut off", (d) => truncateSync(path.join(d, "data.part1"), 5), "bundle.blobSizeMismatch"],
  ["data changed", (d) => flip(path.join(d, "data.part1"), 5), "bundle.blobChanged"],
  ["data missing", (d) => rmSync(path.join(d, "data.part1")), "bundle.blobMissing"],
  ["data that is a device", (d) => { rmSync(path.join(d, "data.part1")); symlinkSync("/dev/zero", path.join(d, "data.part1")); }, "bundle.entryRefused"],
  ["a path that climbs out", edit((json) => { weightsOf(json).path = "../../evil"; }), "bundle.pathEscapes"],
  ["a base file outside the base", edit((json) => { (json.base.files[0] as { path: string }).path = "../../../etc/passwd"; }), "bundle.pathEscapes"],
  ["one name twice", edit((json) => { json.new.files.push({ ...weightsOf(json), from: [], bytes: 0 }); }), "bundle.layoutInvalid"],
  ["a stretch behind the end of its file", edit((json) => { (weightsOf(json).from[0] as [number, number, number])[1] = 2 ** 40; }), "bundle.deltaInvalid"],
  ["a stretch of a file that is not listed", edit((json) => { (weightsOf(json).from[0] as [number, number, number])[0] = 99; }), "bundle.deltaInvalid"],
  ["data used twice, to unfold", edit((json) => { const stretch = weightsOf(json).from.find(([source]) => source === null) as [null, number, number]; weightsOf(json).from.push([...stretch]); weightsOf(json).bytes += stretch[2]; json.new.bytes += stretch[2]; }), "bundle.deltaInvalid"],
  ["a file longer than its stretches", edit((json) => { weightsOf(json).bytes += 1; }), "bundle.deltaInvalid"],
  ["a bundle longer than its files", edit((json) => { json.new.bytes += 1; }), "bundle.deltaInvalid"],
  ["a petabyte", edit((json) => { weightsOf(json).bytes = 2 ** 51; }), "bundle.deltaInvalid"],
  ["a negative offset", edit((json) => { (weightsOf(json).from[0] as [number, number, number])[1] = -1; }), "bundle.deltaInvalid"],
  ["a field too many", edit((json) => { json["run"] = "me"; }), "bundle.deltaInvalid"],
  ["another content than it claims", edit((json) => { weightsOf(json).sha256 = "0".repeat(64); }), "bundle.blobChanged"],
  ["another base than is here", edit((json) => { json.base.digest = `sha256:${"0".repeat(64)}`; }), "bundle.deltaOtherBase"],
  ["stretches that swap two tensors", edit((json) => { const { from } = weightsOf(json); const [first] = from; if (first !== undefined) first[1] += 0; const last = from.at(-1) as [number, number, number]; last[1] -= 1; }), "bundle.blobChanged"],
];

describe("refused, each by its name, with nothing written", () => {
  it.each(HOSTILE)("%s", async (_, spoil, code) => {
    const spoilt = fresh();
    cpSync(delta, spoilt, { recursive: true });
    spoil(spoilt);
    const out = fresh();
    await expect(apply(spoilt, base, out)).rejects.toMatchObject({ code });
    expect(existsSync(out) || existsSync(`${out}.partial`)).toBe(false);
  });

  it("a base that is damaged, before anything is taken from it", async () => {
    const spoilt = fresh();
    cpSync(base, spoilt, { recursive: true });
    flip(path.join(spoilt, "weights.bin"), 5);
    const out = fresh();
    await expect(apply(delta, spoilt, out)).rejects.toMatchObject({ code: "bundle.blobChanged" });
    expect(existsSync(`${out}.partial`)).toBe(false);
  });

  it("more than was allowed", async () => {
    await expect(apply(delta, base, fresh(), { maxBytes: 1000 })).rejects.toMatchObject({ code: "bundle.quotaExceeded" });
  });
});
