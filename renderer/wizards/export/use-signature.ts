import { useMutation } from "@tanstack/react-query";
import { useClient } from "../../client-context.ts";
import { readError } from "../../read-error.ts";

export interface Signing {
  readonly sign: (passphrase: string) => void;
  readonly isSigning: boolean;
  readonly error: unknown;
}

/** Signs a bundle by one call. Who comes back after a signature was made, but before it was noted, finds it there already. */
export function useSignature(bundle: string, key: string, onSigned: (keyId: string) => void): Signing {
  const client = useClient();
  const sign = useMutation({
    mutationFn: async (passphrase: string) => {
      try {
        return (await client.bundle.sign({ bundle, key, ...(passphrase === "" ? {} : { passphrase }) })).keyId;
      } catch (thrown) {
        const { code, details } = readError(thrown);
        if (code === "trust.alreadySigned" && "keyId" in details && typeof details.keyId === "string") return details.keyId;
        throw thrown;
      }
    },
    // Neither kept for a retry nor shown by anything that looks into the page.
    gcTime: 0, onSuccess: onSigned,
  });
  return { sign: sign.mutate, isSigning: sign.isPending, error: sign.error };
}
