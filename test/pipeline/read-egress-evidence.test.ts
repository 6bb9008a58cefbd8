import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readEgressEvidence } from "../../main/pipeline/read-egress-evidence.ts";
import { createTestJobContext } from "./test-job-context.ts";

const context = createTestJobContext();
afterAll(() => context.dispose());
const { files } = context;
const directory = path.join(context.directory, "evidence");

/** As `egress self-test` leaves it. */
function leave(at: string, verdict: string): { file: string; digest: string } {
  const text = JSON.stringify({
    formatVersion: 1, kind: "egress", at, versions: { sallyport: "0.1.0", node: "24", runtime: "1.30.0", kernel: "6", strace: null }, namespace: { used: true, what: "unshare", interfaces: [] },
    trace: { used: false, what: "strace is not installed", calls: 0, processes: 0, unreadLines: 0 }, steps: [], sockets: [], verdict,
  });
  const digest = createHash("sha256").update(text).digest("hex");
  const file = path.join(directory, `egress-${digest.slice(0, 12)}.json`);
  writeFileSync(file, text);
  return { file, digest: `sha256:${digest}` };
}

describe("the evidence for a receipt", () => {
  it("is none where no self-test was made, the latest that is what it was, or the one that is named", async () => {
    expect(await readEgressEvidence(files, { directory, file: undefined })).toBeNull();
    mkdirSync(directory);
    const old = leave("2026-01-01T00:00:00.000Z", "outside");
    const latest = leave("2026-03-01T00:00:00.000Z", "confined");
    leave("2026-02-01T00:00:00.000Z", "none");
    // Made to look later and better, under the name it had.
    const changed = leave("2026-04-01T00:00:00.000Z", "outside");
    writeFileSync(changed.file, "{}");
    writeFileSync(path.join(directory, "egress-000000000000.json"), JSON.stringify({ at: "2027-01-01T00:00:00.000Z" }));
    expect(await readEgressEvidence(files, { directory, file: undefined })).toMatchObject({ digest: latest.digest, verdict: "confined", at: "2026-03-01T00:00:00.000Z" });
    expect(await readEgressEvidence(files, { directory, file: old.file })).toMatchObject({ digest: old.digest, verdict: "outside" });
    await expect(readEgressEvidence(files, { directory, file: changed.file })).rejects.toMatchObject({ code: "files.readFailed", details: { file: changed.file } });
    await expect(readEgressEvidence(files, { directory, file: path.join(directory, "none.json") })).rejects.toMatchObject({ code: expect.stringMatching(/^files\./) });
  });
});
