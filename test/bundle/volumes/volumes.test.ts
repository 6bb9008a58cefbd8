import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contentsOf, fresh } from "../bundle-fixture.ts";
import { check, flip, join, KIB, makeFolder, noise, partOf, repair, split, volumesIn } from "./volume-fixture.ts";

const FILES = { "a.json": noise(700, 1), "blobs/it's one": noise(400 * KIB, 2), "blobs/empty": new Uint8Array(), "blobs/two": noise(333 * KIB + 7, 3), "z/last": noise(1, 4) };
const folder = makeFolder(FILES);
const media = fresh();
const made = await split(folder, media);
const names = volumesIn(media);
const data = names.filter((name) => name.includes(".vol"));

/** Another copy of the media, to be spoilt. */
function copyOf(of = media): string {
  const copy = fresh();
  cpSync(of, copy, { recursive: true });
  return copy;
}

describe("volumes", () => {
  it("fit their medium, list, script and sums included, and are joined to the same files", async () => {
    expect(data).toHaveLength(made.dataVolumes);
    expect(names).toHaveLength(made.dataVolumes + 2);
    for (const name of names) expect(execFileSync("du", ["-sb", "--apparent-size", path.join(media, name)]).toString().split("\t")[0]).toSatisfy((bytes) => Number(bytes) - 4096 <= 160 * KIB);
    const out = fresh();
    expect(await join([media], out)).toMatchObject({ repairedBlocks: 0, files: 5, set: made.set });
    expect(contentsOf(out)).toEqual(contentsOf(folder));
  });

  it("give the same set for the same folder", async () => {
    const again = fresh();
    expect(await split(folder, again)).toEqual(made);
    expect(contentsOf(again)).toEqual(contentsOf(media));
  });

  it("are checked alone by sha256sum", () => {
    const copy = copyOf();
    const checked = (name: string): string => execFileSync("sha256sum", ["-c", "SHA256SUMS"], { cwd: path.join(copy, name), stdio: "pipe" }).toString();
    for (const name of names) expect(checked(name)).toContain("join.sh: OK");
    flip(partOf(copy, data[0] as string), 5000);
    expect(() => checked(data[0] as string)).toThrow(/1 computed checksum did NOT match/);
  });

  it("lie in any order on any number of media", async () => {
    const copy = copyOf();
    const elsewhere = [fresh(), fresh(), fresh()];
    for (const [index, name] of names.entries()) {
      const to = path.join(elsewhere[index % 3] as string, name);
      mkdirSync(path.dirname(to), { recursive: true });
      renameSync(path.join(copy, name), to);
    }
    const out = fresh();
    await join([...elsewhere.slice(1), ...[elsewhere[0] as string], path.join(elsewhere[0] as string, names[0] as string)], out);
    expect(contentsOf(out)).toEqual(contentsOf(folder));
  });

  it("one lost and one damaged are named, and the bundle is joined all the same", async () => {
    const copy = copyOf();
    rmSync(path.join(copy, data[1] as string), { recursive: true });
    flip(partOf(copy, data[0] as string), 9000);
    const found = await check([copy]);
    expect(found.verdict).toBe("repairable");
    expect(found.volumes.find(({ name }) => name === data[1])).toMatchObject({ state: "missing" });
    expect(found.volumes.find(({ name }) => name === data[0])).toMatchObject({ state: "damaged", badBlocks: 1 });
    const out = fresh();
    expect((await join([copy], out)).repairedBlocks).toBeGreaterThan(1);
    expect(contentsOf(out)).toEqual(contentsOf(folder));
  });

  it("that are lost, data or recovery, are written anew, byte for byte", async () => {
    const copy = copyOf();
    for (const name of [data[0] as string, names.find((each) => each.includes("recovery")) as string]) rmSync(path.join(copy, name), { recursive: true });
    const out = fresh();
    expect((await repair([copy], out)).repaired).toHaveLength(2);
    for (const name of volumesIn(out)) expect(contentsOf(path.join(out, name))).toEqual(contentsOf(path.join(media, name)));
    expect((await check([copy, out])).verdict).toBe("whole");
  });

  it("more lost than recovery makes up for are all named, with how many are needed", async () => {
    const copy = copyOf();
    for (const name of data.slice(0, 3)) rmSync(path.join(copy, name), { recursive: true });
    expect(await check([copy])).toMatchObject({ verdict: "incomplete", neededVolumes: 1 });
    const out = fresh();
    await expect(join([copy], out)).rejects.toMatchObject({ code: "bundle.volumesMissing", details: { missing: data.slice(0, 3).join(", "), neededVolumes: 1 } });
    await expect(repair([copy], fresh())).rejects.toMatchObject({ code: "bundle.volumesMissing" });
    // Found under the sofa: the join goes on.
    await join([copy, path.join(media, data[0] as string)], out);
    expect(contentsOf(out)).toEqual(contentsOf(folder));
  });

  it("with damage all over, in each row no more than recovery makes up for, are repaired", async () => {
    const blocks = (await check([media])).volumes[0]?.blocks ?? 0;
    const bytes = made.volumeBytes / blocks;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat({ max: names.length - 1 }), fc.nat({ max: names.length - 1 })), { minLength: blocks, maxLength: blocks }), async (rows) => {
        const copy = copyOf();
        for (const [row, hit] of rows.entries()) for (const volume of new Set(hit)) if (row * bytes < readFileSync(partOf(copy, names[volume] as string)).length) flip(partOf(copy, names[volume] as string), row * bytes + 11);
        const out = fresh();
        await join([copy], out);
        expect(contentsOf(out)).toEqual(contentsOf(folder));
      }),
      { numRuns: 3 },
    );
  });

  it("damaged in two copies in different places make one whole", async () => {
    const none = fresh();
    await split(folder, none, { recoveryVolumes: 0 });
    const [one, two] = [copyOf(none), copyOf(none)];
    const volume = volumesIn(none)[0] as string;
    flip(partOf(one, volume), 100);
    flip(partOf(two, volume), 90_000);
    const out = fresh();
    await expect(join([one], fresh())).rejects.toMatchObject({ code: "bundle.volumesMissing", details: { damaged: volume } });
    await join([one, two], out);
    expect(contentsOf(out)).toEqual(contentsOf(folder));
  });

  it("of any sizes of files and media come back as they were", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 90_000 }), { minLength: 1, maxLength: 6 }), fc.integer({ min: 90 * KIB, max: 400 * KIB }), fc.nat({ max: 3 }), async (sizes, mediumBytes, recoveryVolumes) => {
        const source = makeFolder(Object.fromEntries([...sizes, 1].map((bytes, index) => [`f${index}`, noise(bytes, index + bytes)])));
        const out = fresh();
        const set = fresh();
        await split(source, set, { mediumBytes, recoveryVolumes });
        if (recoveryVolumes > 0) rmSync(path.join(set, volumesIn(set)[0] as string), { recursive: true });
        await join([set], out);
        expect(contentsOf(out)).toEqual(contentsOf(source));
      }),
      { numRuns: 15 },
    );
  });
});

describe("without Sallyport", () => {
  it.each([["dash"], ["busybox sh"], ["bash"]])("the script on every medium joins them in %s", (shell) => {
    const out = fresh();
    const [program, ...args] = shell.split(" ") as [string];
    const script = path.join(media, names.at(-1) as string, "join.sh");
    expect(execFileSync(program, [...args, script, out, media]).toString()).toContain("is whole: 5 files");
    expect(contentsOf(out)).toEqual(contentsOf(folder));
  });

  it("it names missing volumes, refuses damaged ones, and leaves nothing", () => {
    const copy = copyOf();
    const script = path.join(copy, names.at(-1) as string, "join.sh");
    flip(partOf(copy, data[1] as string), 4711);
    const run = (out: string): string => execFileSync("dash", ["-c", 'sh "$0" "$@" 2>&1 || echo "exit $?"; ls -d "$1"* 2>/dev/null || true', script, out, copy]).toString();
    expect(run(fresh())).toMatch(/is not what was packed.*\nexit 1\n$/);
    rmSync(path.join(copy, data[2] as string), { recursive: true });
    expect(run(fresh())).toMatch(new RegExp(`^Missing: ${data[2]}.part1\nexit 1\n$`));
  });

  it("shellcheck has nothing to say about it", () => {
    execFileSync("shellcheck", ["-s", "sh", path.join(media, names[0] as string, "join.sh")]);
  });
});
