import type { X509Certificate } from "node:crypto";
import { WorkbenchError } from "../../../shared/errors.ts";
import { DER_TAGS, type DerElement, derElements, objectId } from "./der.ts";
import { shownSubject } from "./pem-signer.ts";

/**
 * What Node does not tell of a certificate. OpenSSL has parsed the whole before this is asked (X509Certificate), and checks its signature; three
 * extensions are too little for a library of 1 MB that would parse it all a second time.
 */
export interface CertificateFacts {
  readonly signatureAlgorithm: string;
  readonly isAuthority: boolean;
  /** Certificates that may stand between this one and the signer's; null: any number. */
  readonly pathLength: number | null;
  /** null: not limited. */
  readonly keyUsage: { readonly digitalSignature: boolean; readonly keyCertSign: boolean } | null;
  readonly extendedKeyUsage: readonly string[] | null;
}

const OIDS = { keyUsage: "2.5.29.15", basicConstraints: "2.5.29.19", extendedKeyUsage: "2.5.29.37" } as const;
/** Extensions that may be critical because they limit nothing that is asked here: alternative names, policies. */
const HARMLESS = new Set(["2.5.29.17", "2.5.29.18", "2.5.29.32"]);

/** @throws trust.certificateInvalid, also for a critical extension that is not known: it would be a limit that nobody keeps */
export function certificateFacts(certificate: X509Certificate, file: string): CertificateFacts {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new WorkbenchError("trust.certificateInvalid", { file, subject: shownSubject(certificate), reason }, { cause });
  };
  try {
    // Certificate ::= SEQUENCE { tbsCertificate SEQUENCE { …, extensions [3] }, signatureAlgorithm SEQUENCE { OID, … }, signature }  (RFC 5280, 4.1)
    const [whole] = derElements(new Uint8Array(certificate.raw));
    const [body, algorithm] = derElements(content(whole));
    const extensions = derElements(content(body)).find(({ tag }) => tag === DER_TAGS.extensions);
    let facts: CertificateFacts = { signatureAlgorithm: objectId(content(derElements(content(algorithm))[0])), isAuthority: false, pathLength: null, keyUsage: null, extendedKeyUsage: null };
    const seen = new Set<string>();
    for (const extension of extensions === undefined ? [] : derElements(content(derElements(extensions.content)[0]))) {
      const parts = derElements(extension.content);
      const id = objectId(content(parts[0]));
      if (seen.has(id)) refuse(`its extension ${id} stands twice`);
      seen.add(id);
      const critical = parts.length === 3 && parts[1]?.tag === DER_TAGS.boolean && parts[1].content[0] !== 0;
      const value = derElements(content(parts.at(-1)))[0];
      if (id === OIDS.basicConstraints) facts = { ...facts, ...basicConstraints(content(value)) };
      else if (id === OIDS.keyUsage) facts = { ...facts, keyUsage: keyUsage(content(value)) };
      else if (id === OIDS.extendedKeyUsage) facts = { ...facts, extendedKeyUsage: derElements(content(value)).map((usage) => objectId(usage.content)) };
      else if (critical && !HARMLESS.has(id)) refuse(`its critical extension ${id} is not known`);
    }
    return facts;
  } catch (cause) {
    if (cause instanceof WorkbenchError) throw cause;
    return refuse(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function content(element: DerElement | undefined): Uint8Array {
  if (element === undefined) throw new RangeError("an element is missing");
  return element.content;
}

/** SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL } */
function basicConstraints(sequence: Uint8Array): Pick<CertificateFacts, "isAuthority" | "pathLength"> {
  const parts = derElements(sequence);
  const limit = parts.find(({ tag }) => tag === DER_TAGS.integer)?.content;
  // A chain has at most 8 certificates: a longer number says as much as none.
  const pathLength = limit === undefined || limit.length !== 1 || (limit[0] as number) > 127 ? null : (limit[0] as number);
  return { isAuthority: parts.some(({ tag, content: [byte] }) => tag === DER_TAGS.boolean && byte !== 0), pathLength };
}

/** BIT STRING: a byte of unused bits, then bit 0 (digitalSignature) to 8 from the left; bit 5 is keyCertSign. */
function keyUsage(bits: Uint8Array): CertificateFacts["keyUsage"] {
  const first = bits[1] ?? 0;
  return { digitalSignature: (first & 0x80) !== 0, keyCertSign: (first & 0x04) !== 0 };
}
