/** Context lengths worth a row: powers of two from 1,024 up to the model's own, which is always the last. A shorter context is shown from an eighth of itself. */
export function cacheLengths(maxPositions: number): readonly number[] {
  const lengths: number[] = [];
  for (let tokens = maxPositions > 2048 ? 1024 : Math.max(1, Math.floor(maxPositions / 8)); tokens < maxPositions; tokens *= 2) lengths.push(tokens);
  return [...lengths, maxPositions];
}
