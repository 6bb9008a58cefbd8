import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openingBounds, readWindowState, writeWindowState } from "../../../main/hosts/electron/window-state.ts";

const screen = { x: 0, y: 0, width: 1920, height: 1040 };
const state = (x: number, y: number, width = 1200, height = 800) => ({ bounds: { x, y, width, height }, isMaximized: false });

describe("a window", () => {
  it("opens where it was", () => expect(openingBounds(state(300, 100), [screen]).bounds).toEqual({ x: 300, y: 100, width: 1200, height: 800 }));
  it("opens where it was on a second screen, left of the first", () => expect(openingBounds(state(-1900, 0), [screen, { ...screen, x: -1920 }]).bounds).toMatchObject({ x: -1900 }));
  it("opens in the middle when its screen is gone", () => expect(openingBounds(state(-1900, 0), [screen]).bounds).toEqual({ width: 1200, height: 800 }));
  it("opens in the middle when only its edge could be reached", () => expect(openingBounds(state(1900, 0), [screen]).bounds).toEqual({ width: 1200, height: 800 }));
  it("opens in the middle when its bar was above every screen", () => expect(openingBounds(state(0, -300), [screen]).bounds).toEqual({ width: 1200, height: 800 }));
  it("is never smaller than it can be used", () => expect(openingBounds(state(0, 0, 1, 1), [screen]).bounds).toMatchObject({ width: 960, height: 600 }));
  it("has a usual size the first time", () => expect(openingBounds(null, [screen])).toEqual({ bounds: { width: 1280, height: 800 }, isMaximized: false }));

  it("can be taken hold of, wherever it was", () => fc.assert(fc.property(fc.integer({ min: -1e5, max: 1e5 }), fc.integer({ min: -1e5, max: 1e5 }), (x, y) => {
    const { bounds } = openingBounds(state(x, y), [screen]);
    if (bounds.x === undefined || bounds.y === undefined) return;
    expect(Math.min(bounds.x + bounds.width, 1920) - Math.max(bounds.x, 0)).toBeGreaterThanOrEqual(100);
    expect(bounds.y).toBeGreaterThanOrEqual(0);
    expect(bounds.y).toBeLessThan(1000);
  })));
});

describe("what is kept", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "sallyport-window-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  it("comes back", async () => {
    await writeWindowState(path.join(folder, "a.json"), state(1, 2));
    expect(await readWindowState(path.join(folder, "a.json"))).toEqual(state(1, 2));
  });
  it.each([["nothing", undefined], ["no JSON", "{"], ["another shape", '{"bounds":[]}'], ["absurd figures", '{"bounds":{"x":1e300,"y":0,"width":1,"height":1},"isMaximized":true}']])("%s is as if never kept", async (_, text) => {
    const file = path.join(folder, `${String(text?.length)}.json`);
    if (text !== undefined) writeFileSync(file, text);
    expect(await readWindowState(file)).toBeNull();
  });
  it("nowhere is no error", async () => expect(await writeWindowState("/nowhere/at/all.json", state(0, 0))).toBeUndefined());
});
