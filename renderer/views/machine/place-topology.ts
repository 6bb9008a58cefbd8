import type { Accelerator, Machine } from "../../../shared/schemas/machine.ts";

export interface PlacedNode {
  /** null: where the device sits is not known. */
  readonly id: number | null;
  readonly cpus: string | null;
  readonly memoryBytes: number | null;
  readonly devices: readonly PlacedDevice[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedDevice {
  readonly device: Accelerator;
  readonly x: number;
  readonly y: number;
}

export interface PlacedLink {
  readonly kind: string;
  readonly speed: LinkSpeed;
  readonly path: string;
}

export interface PlacedTopology {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly links: readonly PlacedLink[];
  /** Kind → pairs: what cannot be told apart in a drawing of hundreds of lines is counted. */
  readonly kinds: readonly { readonly kind: string; readonly speed: LinkSpeed; readonly pairs: number }[];
}

/** direct: a link made for devices (HCCS, SIO, NVLink) · switch: through PCIe switches only · host: through the processor. */
export type LinkSpeed = "direct" | "switch" | "host";

export const DEVICE_WIDTH = 104;
export const DEVICE_HEIGHT = 40;
const GAP = 12;
const PADDING = 12;
const HEADING = 40;
const PER_ROW = 8;
const LINK_ROOM = 44;

export function linkSpeed(kind: string): LinkSpeed {
  if (/^(NV\d+|HCCS(_SW)?|SIO|XLINK)$/i.test(kind)) return "direct";
  return /^(PIX|PXB|PIXB?)$/i.test(kind) ? "switch" : "host";
}

/** NUMA nodes one under the other, their devices in rows; between devices a curve per pair, below the row. Slices are drawn by the device they are cut from. */
export function placeTopology({ numa, accelerators, links }: Pick<Machine, "numa" | "accelerators" | "links">): PlacedTopology {
  const drawn = accelerators.filter(({ parentId }) => parentId === null);
  const groups = [
    ...numa.map(({ id, cpus, memoryBytes }) => ({ id: id as number | null, cpus: cpus as string | null, memoryBytes, devices: drawn.filter(({ numaNode }) => numaNode === id) })),
    { id: null, cpus: null, memoryBytes: null, devices: drawn.filter(({ numaNode }) => numaNode === null || !numa.some(({ id }) => id === numaNode)) },
  ].filter(({ id, devices }) => id !== null || devices.length > 0);
  const widest = Math.max(3, Math.min(PER_ROW, ...[Math.max(1, ...groups.map(({ devices }) => devices.length))]));
  const width = PADDING * 2 + widest * (DEVICE_WIDTH + GAP) - GAP;
  const isLinked = links.length > 0;
  const centres = new Map<string, { readonly x: number; readonly y: number }>();
  let y = 0;
  const nodes = groups.map((group): PlacedNode => {
    const rows = Math.ceil(group.devices.length / PER_ROW);
    const rowPx = DEVICE_HEIGHT + (isLinked ? LINK_ROOM : GAP);
    const devices = group.devices.map((device, index): PlacedDevice => {
      const placed = { device, x: PADDING + (index % PER_ROW) * (DEVICE_WIDTH + GAP), y: y + HEADING + Math.floor(index / PER_ROW) * rowPx };
      centres.set(device.id, { x: placed.x + DEVICE_WIDTH / 2, y: placed.y + DEVICE_HEIGHT });
      return placed;
    });
    const height = HEADING + rows * rowPx + (rows === 0 ? 0 : PADDING - (isLinked ? 0 : GAP));
    const node = { ...group, devices, x: 0, y, width, height };
    y += height + GAP;
    return node;
  });
  const pairs = new Map<string, { readonly kind: string; readonly from: string; readonly to: string }>();
  for (const { from, to, kind } of links) if (from !== to) pairs.set([from, to].sort().join(" "), { kind, from, to });
  const counted = new Map<string, number>();
  for (const { kind } of pairs.values()) counted.set(kind, (counted.get(kind) ?? 0) + 1);
  return {
    width, height: Math.max(0, y - GAP), nodes,
    links: [...pairs.values()].flatMap(({ kind, from, to }) => {
      const [start, end] = [centres.get(from), centres.get(to)];
      return start === undefined || end === undefined ? [] : [{ kind, speed: linkSpeed(kind), path: curve(start, end) }];
    }),
    kinds: [...counted].map(([kind, count]) => ({ kind, speed: linkSpeed(kind), pairs: count })),
  };
}

/** Along one row it hangs below the devices, the deeper the further apart; between rows it goes straight. */
function curve(start: { readonly x: number; readonly y: number }, end: { readonly x: number; readonly y: number }): string {
  if (start.y !== end.y) return `M${start.x} ${start.y} L${end.x} ${end.y - DEVICE_HEIGHT}`;
  const depth = Math.min(LINK_ROOM - 6, 10 + Math.abs(end.x - start.x) / 24) * 1.3;
  return `M${start.x} ${start.y} C${start.x} ${start.y + depth} ${end.x} ${end.y + depth} ${end.x} ${end.y}`;
}
