import type { ReactNode } from "react";
import type { SignatureAnswer as Answer } from "../../shared/schemas/trust.ts";
import { useLocale } from "../texts/locale.tsx";
import { isolated } from "../texts/shown-text.ts";
import { ErrorPanel } from "./error-panel.tsx";

/** One of three answers, each with words of its own; what is wrong is said as every other error is. */
export function SignatureAnswer({ signature }: { readonly signature: Answer }): ReactNode {
  const { texts: { bundles: { signature: words } } } = useLocale();
  switch (signature.answer) {
    case "verified":
      return <strong data-answer="verified">{words.verified(signature.signatures.filter(({ fault }) => fault === null).map(({ signer }) => isolated(signer ?? "")).join(", "))}</strong>;
    case "notSigned":
      return <span data-answer="notSigned">{words.notSigned}</span>;
    case "wrong":
      return <div data-answer="wrong"><strong>{words.wrong}</strong><ErrorPanel error={{ data: signature.fault }} /></div>;
    default:
      return signature satisfies never;
  }
}
