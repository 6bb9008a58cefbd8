import { readFile, writeFile } from "node:fs/promises";
import type { Rectangle } from "electron";
import { z } from "zod";

const LEAST = { width: 960, height: 600 } as const;
const USUAL = { width: 1280, height: 800 } as const;
/** So much of a window must be on a screen that a hand can get hold of it. */
const GRASP_PIXELS = 100;

const whole = z.int().min(-100_000).max(100_000);
export const WindowState = z.strictObject({ bounds: z.strictObject({ x: whole, y: whole, width: whole, height: whole }), isMaximized: z.boolean() });
export type WindowState = z.infer<typeof WindowState>;

export interface OpeningBounds {
  readonly bounds: Partial<Rectangle> & { readonly width: number; readonly height: number };
  readonly isMaximized: boolean;
}

/** Where the window opens: where it was, unless that screen is gone. @param areas of the screens, without their bars */
export function openingBounds(saved: WindowState | null, areas: readonly Rectangle[]): OpeningBounds {
  if (saved === null) return { bounds: USUAL, isMaximized: false };
  const { x, y, width, height } = saved.bounds;
  const size = { width: Math.max(width, LEAST.width), height: Math.max(height, LEAST.height) };
  const isReachable = areas.some((area) => overlap(x, size.width, area.x, area.width) >= GRASP_PIXELS && y >= area.y && y < area.y + area.height - GRASP_PIXELS / 2);
  return { bounds: isReachable ? { x, y, ...size } : size, isMaximized: saved.isMaximized };
}

export const LEAST_WINDOW = LEAST;

/** null: never kept, or spoilt. */
export async function readWindowState(file: string): Promise<WindowState | null> {
  const read = await readFile(file, "utf8").then(JSON.parse).catch(() => null);
  return WindowState.safeParse(read).data ?? null;
}

/** A window that cannot be remembered opens as usual next time; that is no error to tell. */
export async function writeWindowState(file: string, state: WindowState): Promise<void> {
  await writeFile(file, JSON.stringify(state)).catch(() => {});
}

function overlap(start: number, length: number, otherStart: number, otherLength: number): number {
  return Math.min(start + length, otherStart + otherLength) - Math.max(start, otherStart);
}
