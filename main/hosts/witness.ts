import { arch, hostname, release, type, userInfo } from "node:os";
import { errorFromRecord } from "../../shared/errors.ts";
import type { ErrorRecord } from "../../shared/errors.ts";
import { errorText } from "./cli/error-texts.ts";

/** user@host, for the audit chain and receipts. A container may have no name for its user. */
export function actor(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `uid-${process.getuid?.() ?? "unknown"}@${hostname()}`;
  }
}

/** What this process can say of itself on a receipt. */
export function createWitness(): { readonly actor: string; readonly system: string; tellError(error: ErrorRecord): string } {
  return {
    actor: actor(), system: `${type()} ${release()} ${arch()}, Node ${process.versions.node}, OpenSSL ${process.versions.openssl}`,
    tellError: (error) => {
      const { what, next } = errorText(errorFromRecord(error));
      return `${what} ${next}`;
    },
  };
}
