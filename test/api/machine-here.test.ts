import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { machineHere } from "../../main/api/machine-here.ts";
import { type ComposedWorkbench, composeWorkbench } from "../../main/hosts/compose.ts";

/** The machine under our feet, for whoever goes from page to page. */
const root = mkdtempSync(join(tmpdir(), "sallyport-here-"));
let composed: ComposedWorkbench;
beforeAll(async () => {
  composed = await composeWorkbench(join(root, "home"));
});
afterAll(async () => {
  await composed.close();
  rmSync(root, { recursive: true, force: true });
});

/** A workbench of its own, whose time stands still until it is moved on. */
function workbenchAt(atMs: { now: number }): ComposedWorkbench {
  return { ...composed, clock: { now: () => atMs.now, ticks: () => atMs.now } };
}

test("pages that ask within five seconds share one look, each workbench its own", async () => {
  const atMs = { now: 0 };
  const workbench = workbenchAt(atMs);
  const first = machineHere(workbench);
  expect(machineHere(workbench)).toBe(first);
  expect((await first).cpu.threads).toBeGreaterThan(0);
  atMs.now = 4999;
  expect(machineHere(workbench)).toBe(first);
  expect(machineHere(workbenchAt({ now: 0 }))).not.toBe(first);
  atMs.now = 5000;
  expect(machineHere(workbench)).not.toBe(first);
});

test("a look that failed is not kept", async () => {
  const workbench: ComposedWorkbench = { ...workbenchAt({ now: 0 }), files: { ...composed.files, realPath: () => Promise.reject(new Error("the home is gone")) } };
  const first = machineHere(workbench);
  await expect(first).rejects.toThrow("the home is gone");
  expect(machineHere(workbench)).not.toBe(first);
  await expect(machineHere(workbench)).rejects.toThrow();
});
