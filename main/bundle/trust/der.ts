/** One element of DER: tag and content. Only what certificates use: one-byte tags and definite lengths. */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
}

export const DER_TAGS = { boolean: 0x01, integer: 0x02, bitString: 0x03, octetString: 0x04, objectId: 0x06, sequence: 0x30, extensions: 0xa3 } as const;

/** The elements that follow each other in `bytes`. @throws RangeError */
export function derElements(bytes: Uint8Array): DerElement[] {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = byteAt(bytes, at);
    if ((tag & 0x1f) === 0x1f) throw new RangeError("a tag of more than one byte");
    const first = byteAt(bytes, at + 1);
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    if (first === 0x80 || lengthBytes > 4) throw new RangeError("a length that DER does not have");
    let length = lengthBytes === 0 ? first : 0;
    for (let index = 0; index < lengthBytes; index++) length = length * 256 + byteAt(bytes, at + 2 + index);
    const start = at + 2 + lengthBytes;
    if (start + length > bytes.length) throw new RangeError("an element that ends behind its parent");
    elements.push({ tag, content: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return elements;
}

/** "1.2.840…" */
export function objectId(content: Uint8Array): string {
  const numbers: number[] = [];
  let value = 0;
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      numbers.push(value);
      value = 0;
    }
  }
  const [first = 0, ...rest] = numbers;
  const top = Math.min(Math.floor(first / 40), 2);
  return [top, first - top * 40, ...rest].join(".");
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new RangeError("the data end within an element");
  return byte;
}
