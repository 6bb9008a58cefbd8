import type { RevocationList, TrustedSigner, TrustPolicy } from "../../../shared/schemas/trust.ts";

/** Whom a site believes, and under which conditions: all that a verification must know beside the bundle itself. */
export interface Trust {
  readonly signers: readonly TrustedSigner[];
  readonly policy: TrustPolicy;
  /** Their signatures have been checked. */
  readonly lists: readonly RevocationList[];
}
