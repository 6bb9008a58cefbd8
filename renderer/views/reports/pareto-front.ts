import type { ChartedPackage } from "./compare-packages.ts";

/** The packages that no other beats: another is better in speed, loss or memory and worse in none. Memory that is not known decides nothing. */
export function paretoFront(packages: readonly ChartedPackage[]): ReadonlySet<string> {
  return new Set(packages.filter((one) => !packages.some((other) => other !== one && beats(other, one))).map(({ modelId }) => modelId));
}

function beats(other: ChartedPackage, one: ChartedPackage): boolean {
  const isMemoryKnown = other.memoryBytes !== null && one.memoryBytes !== null;
  const otherBytes = isMemoryKnown ? (other.memoryBytes ?? 0) : 0;
  const oneBytes = isMemoryKnown ? (one.memoryBytes ?? 0) : 0;
  const isNowhereWorse = other.tokensPerSecond >= one.tokensPerSecond && other.klNats <= one.klNats && otherBytes <= oneBytes;
  return isNowhereWorse && (other.tokensPerSecond > one.tokensPerSecond || other.klNats < one.klNats || otherBytes < oneBytes);
}
