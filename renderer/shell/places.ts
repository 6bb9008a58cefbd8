import type { Texts } from "../texts/en.ts";

/** What the rail and the palette lead to, in the order of the work. */
export const PLACES = [
  { id: "home", path: "/" },
  { id: "machine", path: "/machine" },
  { id: "models", path: "/models" },
  { id: "playground", path: "/playground" },
  { id: "reports", path: "/reports" },
  { id: "bundles", path: "/bundles" },
  { id: "jobs", path: "/jobs" },
  { id: "audit", path: "/audit" },
  { id: "settings", path: "/settings" },
] as const satisfies readonly { readonly id: Exclude<keyof Texts["places"], "label">; readonly path: string }[];

export type PlaceId = (typeof PLACES)[number]["id"];
