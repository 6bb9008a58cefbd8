/**
 * sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, passes the usual batteries, the same on every machine. Seeded by splitmix32 so that
 * near seeds give far streams. Not for secrets.
 * @returns a function whose values are uniform in [0, 1) with 53 bits
 */
export function createRandom(seed: number): () => number {
  let mixing = (seed ^ Math.floor(seed / 2 ** 32)) >>> 0;
  const mixed = (): number => {
    mixing = (mixing + 0x9e3779b9) | 0;
    let z = mixing ^ (mixing >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let [a, b, c, counter] = [mixed(), mixed(), mixed(), mixed()];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}
