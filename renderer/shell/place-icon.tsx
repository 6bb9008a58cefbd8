import type { ReactNode } from "react";
import type { PlaceId } from "./places.ts";

/** Drawn on 16 × 16, strokes of 1.4; the name stands beside each, so none of them speaks. */
const PATHS: Readonly<Record<PlaceId, string>> = {
  home: "M2.5 7.5 8 3l5.5 4.5M4 6.6V13h8V6.6M6.7 13V9.4h2.6V13",
  machine: "M4.5 4.5h7v7h-7zM6.7 6.7h2.6v2.6H6.7zM6 4.5V2M10 4.5V2M6 14v-2.5M10 14v-2.5M4.5 6H2M4.5 10H2M14 6h-2.5M14 10h-2.5",
  models: "M8 2 13.5 5 8 8 2.5 5zM2.5 8 8 11l5.5-3M2.5 11 8 14l5.5-3",
  playground: "M2.5 3h8v6h-4l-2.5 2.5V9H2.5zM12.5 6h1v6h-1.5v2l-2-2h-2",
  reports: "M2.5 13.5h11M4.5 13.5V9M8 13.5V3M11.5 13.5V6.5",
  bundles: "M2.5 5 8 2l5.5 3v6L8 14l-5.5-3zM2.5 5 8 8l5.5-3M8 8v6",
  jobs: "M8 2.5a5.5 5.5 0 1 0 5.5 5.5M8 5v3.2l2.2 1.4M10.5 2.8l3 .2-.3 3",
  audit: "M6.4 9.6 9.6 6.4M7 5l1.6-1.6a2.8 2.8 0 0 1 4 4L11 9M9 11l-1.6 1.6a2.8 2.8 0 0 1-4-4L5 7",
  settings: "M2.5 5h6M11.5 5h2M2.5 11h2M7.5 11h6M10 3.5v3M6 9.5v3",
};

export function PlaceIcon({ place }: { readonly place: PlaceId }): ReactNode {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d={PATHS[place]} />
    </svg>
  );
}
