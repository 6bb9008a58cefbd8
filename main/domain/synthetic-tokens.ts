/**
 * Token ids without meaning, the same on every machine: what a model without a tokenizer is timed and proven on. Ids come from the middle of
 * the vocabulary, because special tokens sit at its ends.
 * @param series different series share no prefix
 */
export function syntheticTokens(count: number, vocabSize: number, series = 0): number[] {
  const first = Math.floor(vocabSize / 8);
  const span = Math.max(1, Math.floor((vocabSize * 3) / 4));
  // A full-period linear congruential generator (Numerical Recipes); its high bits are well mixed.
  let state = (series * 2654435761 + 12345) >>> 0;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return first + Math.floor((state / 2 ** 32) * span);
  });
}
