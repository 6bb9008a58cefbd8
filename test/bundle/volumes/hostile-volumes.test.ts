import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { contentsOf, fresh } from "../bundle-fixture.ts";
import { check, flip, join, KIB, makeFolder, noise, partOf, repair, split, volumesIn } from "./volume-fixture.ts";

const folder = makeFolder({ "a/one": noise(300 * KIB, 1), "b/two": noise(200 * KIB, 2) });
const media = fresh();
const { set } = await split(folder, media, { recoveryVolumes: 1 });
const names = volumesIn(media);
const first = names[1] as string;

const foreignMedia = fresh();
await split(makeFolder({ "a/one": noise(300 * KIB, 7), "b/two": noise(200 * KIB, 8) }), foreignMedia, { recoveryVolumes: 1 });

type Edit = (list: ListJson) => void;
interface ListJson {
  [key: string]: unknown;
  bytes: number;
  volumeBytes: number;
  blockBytes: number;
  partBytes: number;
  recoveryVolumes: number;
  files: { path: string; offset: number; bytes: number; sha256: string }[];
  volumes: { name: string; parts: { bytes: number; sha256: string }[]; blocks: string }[];
}

function copyOf(): string {
  const copy = fresh();
  cpSync(media, copy, { recursive: true });
  return copy;
}

/** The same change on every medium, as somebody would make it who means it. */
const onEvery = (change: (text: string) => string) => (copy: string): void => {
  for (const name of names) {
    const file = path.join(copy, name, "volumes.json");
    writeFileSync(file, change(readFileSync(file, "utf8")));
  }
};
const edit = (change: Edit) => onEvery((text) => {
  const list = JSON.parse(text) as ListJson;
  change(list);
  return JSON.stringify(list);
});
const file = (list: ListJson, index = 0): ListJson["files"][number] => list.files[index] as ListJson["files"][number];
const volume = (list: ListJson): ListJson["volumes"][number] => list.volumes[0] as ListJson["volumes"][number];

const LISTS: readonly (readonly [string, (copy: string) => void, string])[] = [
  ["a list of 2 GB", (copy) => { for (const name of names) truncateSync(path.join(copy, name, "volumes.json"), 2 ** 31); }, "bundle.volumesInvalid"],
  ["lists that are links", (copy) => { for (const name of names) { const at = path.join(copy, name, "volumes.json"); renameSync(at, `${at}.real`); symlinkSync(`${at}.real`, at); } }, "bundle.entryRefused"],
  ["no JSON", onEvery(() => "{"), "bundle.volumesInvalid"],
  ["JSON nested a hundred thousand deep", onEvery(() => "[".repeat(100_000) + "]".repeat(100_000)), "bundle.volumesInvalid"],
  ["a field too many", edit((list) => { list["run"] = "me"; }), "bundle.volumesInvalid"],
  ["a later format", edit((list) => { list["format"] = "sallyport-volumes-2"; }), "bundle.volumesInvalid"],
  ["a compressed code", edit((list) => { list["code"] = "zstd"; }), "bundle.volumesInvalid"],
  ["a path that climbs out", edit((list) => { file(list).path = "../../evil"; }), "bundle.pathEscapes"],
  ["an absolute path", edit((list) => { file(list).path = "/etc/cron.d/evil"; }), "bundle.pathEscapes"],
  ["a drive", edit((list) => { file(list).path = "C:evil"; }), "bundle.pathEscapes"],
  ["a device's name", edit((list) => { file(list).path = "con.txt"; }), "bundle.entryRefused"],
  ["one name twice", edit((list) => { file(list, 1).path = file(list).path; }), "bundle.layoutInvalid"],
  ["names that differ in case alone", edit((list) => { file(list, 1).path = file(list).path.toUpperCase(); }), "bundle.layoutInvalid"],
  ["a file where another needs a folder", edit((list) => { file(list, 1).path = `${file(list).path}/x`; }), "bundle.layoutInvalid"],
  ["files that overlap", edit((list) => { file(list, 1).offset -= 1; }), "bundle.volumesInvalid"],
  ["a gap between files", edit((list) => { file(list, 1).offset += 1; }), "bundle.volumesInvalid"],
  ["a file of a petabyte in volumes of kilobytes", edit((list) => { file(list, 1).bytes = 2 ** 50 - 1; }), "bundle.volumesInvalid"],
  ["more bytes than the volumes hold", edit((list) => { list.bytes *= 1000; }), "bundle.volumesInvalid"],
  ["a size past every integer", edit((list) => { list.bytes = 2 ** 60; }), "bundle.volumesInvalid"],
  ["a negative size", edit((list) => { file(list).bytes = -1; }), "bundle.volumesInvalid"],
  ["blocks of a gigabyte", edit((list) => { list.blockBytes = 2 ** 30; }), "bundle.volumesInvalid"],
  ["blocks that are no power of two", edit((list) => { list.blockBytes = 5000; }), "bundle.volumesInvalid"],
  ["recovery volumes that are not listed", edit((list) => { list.recoveryVolumes = 32; }), "bundle.volumesInvalid"],
  ["a volume too many", edit((list) => { list.volumes.push(volume(list)); }), "bundle.volumesInvalid"],
  ["a volume named by a path", edit((list) => { volume(list).name = "../../evil"; }), "bundle.volumesInvalid"],
  ["a part too many", edit((list) => { volume(list).parts.push({ bytes: 1, sha256: "0".repeat(64) }); }), "bundle.volumesInvalid"],
  ["block sums too few", edit((list) => { volume(list).blocks = "00000000"; }), "bundle.volumesInvalid"],
  ["a name that is a path", edit((list) => { (list["content"] as { name: string }).name = "../x"; }), "bundle.volumesInvalid"],
  ["a field named __proto__", onEvery((text) => text.replace("{", '{"__proto__":{"bytes":1},')), "bundle.volumesInvalid"],
];

const MEDIA: readonly (readonly [string, (copy: string) => void, string])[] = [
  ["a volume of another bundle beside ours", (copy) => { rmSync(path.join(copy, first), { recursive: true }); cpSync(path.join(foreignMedia, first), path.join(copy, first), { recursive: true }); }, "bundle.volumeForeign"],
  ["a volume that is a link", (copy) => { const at = partOf(copy, first); renameSync(at, `${at}.real`); symlinkSync(`${at}.real`, at); }, "bundle.entryRefused"],
  ["a volume that is a pipe", (copy) => { rmSync(partOf(copy, first)); execFileSync("mkfifo", [partOf(copy, first)]); }, "bundle.entryRefused"],
  ["a volume that is a device", (copy) => { rmSync(partOf(copy, first)); symlinkSync("/dev/zero", partOf(copy, first)); }, "bundle.entryRefused"],
  ["a file changed so that the list's SHA-256 of it is wrong", edit((list) => { file(list).sha256 = "0".repeat(64); }), "bundle.blobChanged"],
];

describe("refused, each by its name, with nothing written", () => {
  it.each([...LISTS, ...MEDIA])("%s", async (_, spoil, code) => {
    const copy = copyOf();
    spoil(copy);
    const out = fresh();
    await expect(join([copy], out)).rejects.toMatchObject({ code });
    expect(readdirSync(path.dirname(out))).not.toContain(path.basename(out));
  });

  it("folders without volumes", async () => {
    const empty = makeFolder({ x: noise(1, 1) });
    await expect(join([empty], fresh())).rejects.toMatchObject({ code: "bundle.volumesNotFound" });
    await expect(join([path.join(empty, "none")], fresh())).rejects.toMatchObject({ code: "files.notFound" });
    await expect(join([path.join(empty, "x")], fresh())).rejects.toMatchObject({ code: "files.notADirectory" });
  });

  it("a bundle larger than was allowed", async () => {
    await expect(join([media], fresh(), { maxBytes: 499 * KIB })).rejects.toMatchObject({ code: "bundle.quotaExceeded", details: { bytes: 500 * KIB } });
  });

  it("a set that is not the one its sender told of", async () => {
    await expect(join([media], fresh(), { expectedSet: `sha256:${"0".repeat(64)}` })).rejects.toMatchObject({ code: "bundle.volumeForeign" });
    const out = fresh();
    await join([foreignMedia, media], out, { expectedSet: set });
    expect(contentsOf(out)).toEqual(contentsOf(folder));
    await expect(join([foreignMedia, media], fresh())).rejects.toMatchObject({ code: "bundle.volumeForeign" });
  });

  it("links, pipes and names that not every disk can hold, when splitting", async () => {
    const spoilt = (spoil: (directory: string) => void): string => {
      const source = makeFolder({ x: noise(10, 1) });
      spoil(source);
      return source;
    };
    await expect(split(spoilt((d) => symlinkSync("/etc/passwd", path.join(d, "y"))), fresh())).rejects.toMatchObject({ code: "bundle.entryRefused" });
    await expect(split(spoilt((d) => execFileSync("mkfifo", [path.join(d, "y")])), fresh())).rejects.toMatchObject({ code: "bundle.entryRefused" });
    await expect(split(spoilt((d) => writeFileSync(path.join(d, "name:stream"), "")), fresh())).rejects.toMatchObject({ code: "bundle.entryRefused" });
    await expect(split(spoilt((d) => { mkdirSync(path.join(d, "blobs/sha256"), { recursive: true }); writeFileSync(path.join(d, "blobs/sha256", "0".repeat(64)), "other"); }), fresh())).rejects.toMatchObject({ code: "bundle.blobChanged" });
    await expect(split(folder, fresh(), { mediumBytes: 128 * KIB, recoveryVolumes: 32 })).resolves.toBeDefined();
    await expect(split(folder, fresh(), { mediumBytes: 12 * KIB })).rejects.toMatchObject({ code: "bundle.volumeSizeUnfit" });
  });
});

describe("made good, and said", () => {
  const DAMAGE: readonly (readonly [string, (copy: string) => void, RegExp])[] = [
    ["a volume cut off", (copy) => truncateSync(partOf(copy, first), 50_000), /^cut off: 50000 of \d+ bytes$/],
    ["a volume with bytes too many", (copy) => writeFileSync(partOf(copy, first), noise(10, 1), { flag: "a" }), /^too long/],
    ["a volume with a hole", (copy) => { truncateSync(partOf(copy, first), 0); truncateSync(partOf(copy, first), readFileSync(partOf(media, first)).length); }, /blocks differ$/],
    ["a volume swapped for another bundle's, under our list", (copy) => cpSync(partOf(foreignMedia, first), partOf(copy, first)), /blocks differ$/],
    ["two volumes that changed places", (copy) => { cpSync(partOf(media, names[2] as string), partOf(copy, first)); }, /blocks differ$/],
  ];

  it.each(DAMAGE)("%s", async (_, spoil, reason) => {
    const copy = copyOf();
    spoil(copy);
    const found = await check([copy]);
    expect(found.volumes.find(({ name }) => name === first)).toMatchObject({ state: "damaged", reason: expect.stringMatching(reason) });
    expect(found.verdict).toBe("repairable");
    const out = fresh();
    await join([copy], out);
    expect(contentsOf(out)).toEqual(contentsOf(folder));
  });

  it("a scratched list on one medium: its volume counts all the same", async () => {
    const copy = copyOf();
    flip(path.join(copy, first, "volumes.json"), 0);
    expect(await check([copy])).toMatchObject({ verdict: "whole", otherLists: [{ set: null }] });
    await join([copy], fresh());
  });

  it("a volume changed so that every block's sum still holds is named, never joined, and made up for when it is taken out", async () => {
    const copy = copyOf();
    changeKeepingSum(partOf(copy, first), 10_000);
    expect((await check([copy])).volumes.find(({ name }) => name === first)).toMatchObject({ state: "damaged", reason: expect.stringContaining("on purpose") });
    const out = fresh();
    await expect(join([copy], out)).rejects.toMatchObject({ code: "bundle.blobChanged" });
    await expect(repair([copy], fresh())).rejects.toMatchObject({ code: "bundle.volumeDamaged" });
    rmSync(path.join(copy, first), { recursive: true });
    await join([copy], out);
    expect(contentsOf(out)).toEqual(contentsOf(folder));
  });
});

/** Adds a multiple of the generator polynomial, which CRC-32 cannot see. */
function changeKeepingSum(target: string, at: number): void {
  const bytes = readFileSync(target);
  const before = crc32(bytes.subarray(0, at + 10));
  for (const [index, bit] of [...0x104c11db7.toString(2)].entries()) if (bit === "1") bytes[at + (index >> 3)] = (bytes[at + (index >> 3)] as number) ^ (1 << (index & 7));
  expect(crc32(bytes.subarray(0, at + 10))).toBe(before);
  writeFileSync(target, bytes);
}
