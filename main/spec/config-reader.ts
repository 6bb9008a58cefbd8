import { WorkbenchError } from "../../shared/errors.ts";
import type { Family } from "../../shared/schemas/model-spec.ts";

/** Longest piece of a hostile value that an error repeats. */
const SHOWN_CHARACTERS = 80;
/** Above the largest dimension of any published model (a vocabulary of 262,144) by a factor of 64: stops a config that makes us allocate by its word. */
const MAX_DIMENSION = 2 ** 24;
/** The schema's limit on counts. */
const MAX_COUNT = 2 ** 20;
/** The deepest published model has 126 layers. */
const MAX_LAYERS = 1024;
/** The most heads of any published model are 128. Each head is a matrix of its own here, so this stops a config that makes us list millions. */
const MAX_HEADS = 1024;
/** Published heads are at most 512 wide; the limit is what the schema allows for frequencies, one a pair. */
const MAX_HEAD_DIMENSION = 8192;
/** The most routed experts of any published model are 512; each is two matrices a layer. */
const MAX_EXPERTS = 4096;
/** Honest factors, thetas and scales end near 10⁸ (a rope theta); far larger ones overflow to infinity in what is derived from them. */
const MAX_REAL = 1e12;

/** Reads the fields of a config.json that a family needs, each checked; absent and null are the same. */
export class ConfigReader {
  readonly family: Family;
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #path: string;

  constructor(family: Family, fields: Readonly<Record<string, unknown>>, path = "") {
    this.family = family;
    this.#fields = fields;
    this.#path = path;
  }

  has(field: string): boolean {
    return this.#value(field) !== undefined;
  }

  /** Whether the field is written down at all, be it as null: where a default would be guessed, null is an answer and absence is not. */
  mentions(field: string): boolean {
    return Object.hasOwn(this.#fields, field);
  }

  /** Every field that holds something. */
  names(): string[] {
    return Object.keys(this.#fields).filter((field) => this.has(field));
  }

  /** A whole number from 1 up to the limit for dimensions. */
  dimension(field: string, fallback?: number): number {
    return this.#whole(field, 1, MAX_DIMENSION, fallback);
  }

  layerCount(field = "num_hidden_layers"): number {
    return this.#whole(field, 1, MAX_LAYERS);
  }

  headCount(field: string, fallback?: number): number {
    return this.#whole(field, 1, MAX_HEADS, fallback);
  }

  headDimension(field: string): number {
    return this.#whole(field, 1, MAX_HEAD_DIMENSION);
  }

  expertCount(field: string): number {
    return this.#whole(field, 1, MAX_EXPERTS);
  }

  /** A whole number from 0. */
  count(field: string, fallback?: number): number {
    return this.#whole(field, 0, MAX_COUNT, fallback);
  }

  optionalDimension(field: string): number | null {
    return this.has(field) ? this.dimension(field) : null;
  }

  positive(field: string, fallback?: number): number {
    return this.real(field, { above: 0, most: MAX_REAL }, fallback);
  }

  /** A number in a range, open below: what an unbounded one would turn into is infinity. */
  real(field: string, range: { readonly above: number; readonly most: number }, fallback?: number): number {
    const value = this.#value(field) ?? fallback;
    if (value === undefined) throw this.missing(field);
    if (typeof value !== "number" || !(value > range.above && value <= range.most)) throw this.invalid(field, `a number above ${range.above}, at most ${range.most}`);
    return value;
  }

  /** A number from 0; absent → null. */
  optionalReal(field: string, most: number): number | null {
    const value = this.#value(field);
    if (value === undefined) return null;
    if (typeof value !== "number" || !(value >= 0 && value <= most)) throw this.invalid(field, `a number from 0 to ${most}`);
    return value;
  }

  /** Without a fallback the field must be there. */
  flag(field: string, fallback?: boolean): boolean {
    const value = this.#value(field) ?? fallback;
    if (value === undefined) throw this.missing(field);
    if (typeof value !== "boolean") throw this.invalid(field, "true or false");
    return value;
  }

  /** One of the given words; another one is a feature that we do not have. */
  word<W extends string>(field: string, words: readonly W[], fallback?: W): W {
    const value = this.#value(field) ?? fallback;
    if (value === undefined) throw this.missing(field);
    if (typeof value !== "string") throw this.invalid(field, words.join(" or "));
    const known = words.find((word) => word === value);
    if (known === undefined) throw this.unsupported(field);
    return known;
  }

  /** Whole numbers from 0: absent → [], one number → [n]. */
  numbers(field: string, limit: number): number[] {
    const value = this.#value(field);
    if (value === undefined) return [];
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (list.length > limit || !list.every((item) => Number.isSafeInteger(item) && (item as number) >= 0)) throw this.invalid(field, `at most ${limit} whole numbers`);
    return list as number[];
  }

  words(field: string, limit: number): string[] | null {
    const value = this.#value(field);
    if (value === undefined) return null;
    if (!Array.isArray(value) || value.length > limit || !value.every((item) => typeof item === "string")) throw this.invalid(field, `a list of at most ${limit} words`);
    return value as string[];
  }

  /** Whether a field holds the same number, word or flag as one of another section. */
  agrees(field: string, other: ConfigReader, otherField: string): boolean {
    return this.#value(field) === other.#value(otherField);
  }

  section(field: string): ConfigReader | null {
    const value = this.#value(field);
    if (value === undefined) return null;
    if (typeof value !== "object" || Array.isArray(value)) throw this.invalid(field, "an object");
    return new ConfigReader(this.family, value as Record<string, unknown>, `${this.#path}${field}.`);
  }

  invalid(field: string, expected: string): WorkbenchError {
    return new WorkbenchError("spec.fieldInvalid", { field: this.#path + field, family: this.family, found: this.#shown(field), expected });
  }

  unsupported(field: string): WorkbenchError {
    return new WorkbenchError("spec.featureUnsupported", { field: this.#path + field, family: this.family, found: this.#shown(field) });
  }

  missing(field: string): WorkbenchError {
    return new WorkbenchError("spec.fieldMissing", { field: this.#path + field, family: this.family });
  }

  #whole(field: string, least: number, most: number, fallback?: number): number {
    const value = this.#value(field) ?? fallback;
    if (value === undefined) throw this.missing(field);
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least || value > most) throw this.invalid(field, `a whole number from ${least} to ${most}`);
    return value;
  }

  /** Own properties only: a config with "__proto__" or "constructor" must not reach ours. */
  #value(field: string): unknown {
    if (!Object.hasOwn(this.#fields, field)) return undefined;
    return this.#fields[field] ?? undefined;
  }

  /** Only what is flat and short: a value nested deep enough overflows the stack of whoever prints it. */
  #shown(field: string): string {
    const value = this.#value(field) ?? null;
    if (typeof value === "object" && value !== null) return Array.isArray(value) ? `a list of ${value.length}` : "an object";
    const text = typeof value === "number" ? String(value) : JSON.stringify(value);
    return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  }
}
