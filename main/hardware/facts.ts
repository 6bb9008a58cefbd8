/** Two sources that say different things about one field. */
export interface Disagreement {
  readonly field: string;
  readonly taken: string;
  readonly takenFrom: string;
  readonly other: string;
  readonly otherFrom: string;
}

/**
 * What is known of one thing, field by field, each with the file or command that told it. Sources are asked in the order of their trust: the first to
 * say something is believed, and a later one that says something else is kept as a disagreement.
 */
export class Facts<F extends Record<string, string | number>> {
  readonly #values = new Map<keyof F, F[keyof F]>();
  readonly #evidence: Record<string, string> = {};
  readonly #disagreements: Disagreement[] = [];

  learn<K extends keyof F & string>(field: K, value: F[K] | null | undefined, source: string): void {
    if (value === null || value === undefined) return;
    const known = this.#values.get(field);
    if (known === undefined) {
      this.#values.set(field, value);
      this.#evidence[field] = source;
    } else if (comparable(known) !== comparable(value)) {
      this.#disagreements.push({ field, taken: String(known), takenFrom: this.sourceOf(field), other: String(value), otherFrom: source });
    }
  }

  get<K extends keyof F>(field: K): F[K] | null {
    return (this.#values.get(field) as F[K] | undefined) ?? null;
  }

  sourceOf(field: keyof F & string): string {
    return this.#evidence[field] ?? "";
  }

  evidence(): Record<string, string> {
    return { ...this.#evidence };
  }

  disagreements(): readonly Disagreement[] {
    return this.#disagreements;
  }
}

/** "Ascend 910B3" is "910B3", and "0000:C1:00.0" is "0000:c1:00.0". */
function comparable(value: string | number): string {
  return String(value).toLowerCase().replace(/\s+/g, "").replace(/^ascend/, "");
}
