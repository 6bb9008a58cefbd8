import type { GraphContext } from "./graph-context.ts";

/** Declares one stream of the cache: the graph reads `past.NAME` [S, width] and gives back `fresh.NAME` [T, width]. @returns the past's name */
export function declareStream({ builder, cache }: GraphContext, name: string, fresh: string, width: number): string {
  const stream = { past: `past.${name}`, fresh: `fresh.${name}`, width };
  builder.input(stream.past, "float32", ["S", width]);
  builder.output(stream.fresh, fresh, "float32", ["T", width]);
  cache.push(stream);
  return stream.past;
}
