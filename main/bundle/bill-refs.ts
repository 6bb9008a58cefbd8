/** How the bill of materials refers to what lies in the bundle; the prefixes are ours, so that a reader finds each file's entry by its place. */
export const billRefs = {
  /** @param digest hex */
  model: (digest: string): string => `model:${digest}`,
  packageFile: (manifestDigest: string, path: string): string => `file:${manifestDigest}/${path}`,
  deliveryFile: (path: string): string => `delivery:${path}`,
  isOurs: (ref: string): boolean => /^(model|file|delivery):/.test(ref),
} as const;
