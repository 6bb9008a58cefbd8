import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { copyCheckpoint } from "../../main/checkpoint/copy-checkpoint.ts";
import { checkpointDigest, hashCheckpoint } from "../../main/checkpoint/hash-checkpoint.ts";
import { openCheckpoint } from "../../main/checkpoint/open-checkpoint.ts";
import type { Checkpoint } from "../../main/domain/checkpoint.ts";
import type { Files, WritableFile } from "../../main/domain/files.ts";
import type { Progress } from "../../main/domain/progress.ts";
import { createNodeFiles } from "../../main/hosts/node-files.ts";
import { WorkbenchError } from "../../shared/errors.ts";
import { errorOf, safetensors, temporaryDirectory, writeCheckpoint } from "./checkpoint-fixture.ts";

const files = createNodeFiles();
const never = new AbortController().signal;
const quiet = (): void => undefined;

/** Two shards; the first takes three chunks and the last of them is partial. */
async function checkpoint(): Promise<Checkpoint> {
  const big = randomBytes((9 << 20) + 2);
  return openCheckpoint(files, writeCheckpoint(join(temporaryDirectory(), "source"), {
    "model.safetensors": null, "a.safetensors": safetensors({ a: { dtype: "BF16", shape: [big.length / 2], bytes: big } }),
    "b.safetensors": safetensors({ b: { dtype: "BF16", shape: [500_000], bytes: randomBytes(1_000_000) } }), "README.md": "A model.", "LICENSE": "",
  }));
}

/** SHA-256 by the system's own tool, and the digest of digests as the shell would compute it. */
function bySystem(source: Checkpoint): { digests: string[]; digest: string } {
  const names = source.files.map(({ path }) => path);
  const lines = execFileSync("sha256sum", names, { cwd: source.directory, encoding: "utf8" });
  const digest = execFileSync("sh", ["-c", "LC_ALL=C sort | sha256sum"], { input: lines, encoding: "utf8" }).slice(0, 64);
  return { digests: lines.trim().split("\n").map((line) => line.slice(0, 64)), digest };
}

function expectSame(source: Checkpoint, to: string): void {
  expect(readdirSync(to).sort()).toEqual(source.files.map(({ path }) => path));
  for (const { path } of source.files) expect(readFileSync(join(to, path)).equals(readFileSync(join(source.directory, path))), path).toBe(true);
}

describe("hashing", () => {
  it("gives what sha256sum gives, file by file and over all", async () => {
    const source = await checkpoint();
    const hashed = await hashCheckpoint(files, source, quiet, never);
    const expected = bySystem(source);
    expect(hashed.map(({ sha256 }) => sha256)).toEqual(expected.digests);
    expect(checkpointDigest(hashed)).toBe(expected.digest);
    expect(checkpointDigest([...hashed].reverse())).toBe(expected.digest);
  });

  it("reports bytes up to the total and stops when told", async () => {
    const source = await checkpoint();
    const seen: Progress[] = [];
    await hashCheckpoint(files, source, (progress) => seen.push(progress), never);
    const total = source.files.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(seen.at(-1)).toEqual({ step: "hash", done: total, total, unit: "bytes" });
    expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).sort((a, b) => a - b));
    const controller = new AbortController();
    const reason = new Error("enough");
    const stopped = hashCheckpoint(files, source, ({ done }) => void (done > 0 && controller.abort(reason)), controller.signal);
    await expect(stopped).rejects.toBe(reason);
  });

  it("notices a file that is replaced while it is read", async () => {
    const source = await checkpoint();
    const victim = join(source.directory, "a.safetensors");
    const error = await errorOf(() => hashCheckpoint(files, source, ({ done }) => void (done > 5e6 && done < 9e6 && appendFileSync(victim, "x")), never));
    expect(error.code).toBe("checkpoint.changedDuringRead");
  });
});

describe("copying", () => {
  it("gives the same bytes, the same digests as hashing, and no temporary names", async () => {
    const source = await checkpoint();
    const to = join(temporaryDirectory(), "copy");
    const seen: Progress[] = [];
    const copied = await copyCheckpoint(files, source, to, (progress) => seen.push(progress), never);
    expectSame(source, to);
    expect(copied).toEqual(await hashCheckpoint(files, source, quiet, never));
    expect(seen.at(-1)).toMatchObject({ step: "copy", done: seen.at(-1)?.total });
  });

  it("copies nothing a second time", async () => {
    const source = await checkpoint();
    const to = join(temporaryDirectory(), "copy");
    const first = await copyCheckpoint(files, source, to, quiet, never);
    const noWrites: Files = { ...files, openForWriting: async (path) => Promise.reject(new Error(`writes ${path}`)) };
    expect(await copyCheckpoint(noWrites, source, to, quiet, never)).toEqual(first);
  });

  it.each([["its length is right and its bytes are wrong", 0], ["it is longer", 1]])("copies a file anew when %s", async (_what, extra) => {
    const source = await checkpoint();
    const to = join(temporaryDirectory(), "copy");
    mkdirSync(to);
    const wrong = Buffer.concat([readFileSync(join(source.directory, "a.safetensors")), Buffer.alloc(extra)]);
    wrong[8_500_000] = (wrong[8_500_000] as number) ^ 1;
    writeFileSync(join(to, "a.safetensors"), wrong);
    const seen: Progress[] = [];
    expect(checkpointDigest(await copyCheckpoint(files, source, to, (progress) => seen.push(progress), never))).toBe(bySystem(source).digest);
    expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total);
    expectSame(source, to);
  });

  it("takes over a longer partial file of another time", async () => {
    const source = await checkpoint();
    const to = join(temporaryDirectory(), "copy");
    mkdirSync(to);
    writeFileSync(join(to, "a.safetensors.partial"), randomBytes(12 << 20));
    await copyCheckpoint(files, source, to, quiet, never);
    expectSame(source, to);
  });

  it("refuses a link that someone put in the copy's place, and leaves its target alone", async () => {
    const source = await checkpoint();
    const parent = temporaryDirectory();
    const to = join(parent, "copy");
    mkdirSync(to);
    writeFileSync(join(parent, "victim"), "precious");
    execFileSync("ln", ["-s", "../victim", join(to, "a.safetensors.partial")]);
    await errorOf(() => copyCheckpoint(files, source, to, quiet, never));
    expect(readFileSync(join(parent, "victim"), "utf8")).toBe("precious");
  });

  const noSpace = (path: string): WorkbenchError => new WorkbenchError("files.noSpace", { file: path, neededBytes: null, freeBytes: 0 });
  /** The `count`-th call of one operation fails; earlier and later ones do not. */
  function failing(operation: "write" | "sync" | "rename" | "openForWriting", count: number): Files {
    let calls = 0;
    const fails = (name: typeof operation, path: string): void => {
      if (name === operation && ++calls === count) throw noSpace(path);
    };
    return {
      ...files,
      async rename(from, to) {
        fails("rename", to);
        await files.rename(from, to);
      },
      async openForWriting(path, bytes): Promise<WritableFile> {
        fails("openForWriting", path);
        const file = await files.openForWriting(path, bytes);
        return {
          path,
          close: () => file.close(),
          async write(from, offset) {
            fails("write", path);
            await file.write(from, offset);
          },
          async sync() {
            fails("sync", path);
            await file.sync();
          },
        };
      },
    };
  }

  it.each([["openForWriting", 2], ["write", 1], ["write", 3], ["write", 5], ["sync", 2], ["rename", 3]] as const)(
    "stopped by a full disk at %s %i leaves only whole files, and resumes to the same digest",
    async (operation, count) => {
      const source = await checkpoint();
      const to = join(temporaryDirectory(), "copy");
      const error = await errorOf(() => copyCheckpoint(failing(operation, count), source, to, quiet, never));
      expect(error.code).toBe("files.noSpace");
      for (const name of readdirSync(to)) {
        expect(name).not.toMatch(/partial/);
        expect(readFileSync(join(to, name)).equals(readFileSync(join(source.directory, name)))).toBe(true);
      }
      expect(checkpointDigest(await copyCheckpoint(files, source, to, quiet, never))).toBe(bySystem(source).digest);
      expectSame(source, to);
    },
  );

  it("cancelled in the middle of a file ends with the caller's reason, and resumes to the same digest", async () => {
    const source = await checkpoint();
    const to = join(temporaryDirectory(), "copy");
    const controller = new AbortController();
    const reason = new Error("cancelled");
    await expect(copyCheckpoint(files, source, to, ({ done }) => void (done > 4e6 && controller.abort(reason)), controller.signal)).rejects.toBe(reason);
    expect(existsSync(join(to, "a.safetensors"))).toBe(false);
    expect(checkpointDigest(await copyCheckpoint(files, source, to, quiet, never))).toBe(bySystem(source).digest);
  });

  it("follows a hub cache's links and writes plain files", async () => {
    const repository = join(temporaryDirectory(), "models--org--name");
    const snapshot = writeCheckpoint(join(repository, "snapshots", "1"), { "model.safetensors": null });
    mkdirSync(join(repository, "blobs"));
    writeFileSync(join(repository, "blobs", "x"), safetensors({ a: { dtype: "BF16", shape: [2], bytes: new Uint8Array(4) } }));
    execFileSync("ln", ["-s", "../../blobs/x", join(snapshot, "model.safetensors")]);
    const to = join(temporaryDirectory(), "copy");
    await copyCheckpoint(files, await openCheckpoint(files, snapshot), to, quiet, never);
    expect((await files.status(join(to, "model.safetensors")))?.kind).toBe("file");
  });

  it("of a checkpoint that changed since it was opened is refused", async () => {
    const source = await checkpoint();
    appendFileSync(join(source.directory, "b.safetensors"), "x");
    expect((await errorOf(() => copyCheckpoint(files, source, join(temporaryDirectory(), "copy"), quiet, never))).code).toBe("checkpoint.changedDuringRead");
  });
});

it("the digest of no files is the digest of nothing", () => {
  expect(checkpointDigest([])).toBe(createHash("sha256").digest("hex"));
});
