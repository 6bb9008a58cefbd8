import { WorkbenchError } from "../../shared/errors.ts";
import { JsonPrefix } from "./json-prefix.ts";
import type { TokenBytes } from "./token-bytes.ts";

/**
 * Holds one answer to one JSON object, OpenAI's `json_object`: a token may come if what it writes can still become one. Once the object is
 * whole only the end may come, or whoever generates stops by itself when `complete` says so.
 */
export class JsonConstraint {
  readonly #table: TokenBytes;
  readonly #eosTokenIds: ReadonlySet<number>;
  #prefix = JsonPrefix.start("object");

  /** @param eosTokenIds ids that end an answer; empty where the model has none */
  constructor(table: TokenBytes, eosTokenIds: readonly number[]) {
    this.#table = table;
    this.#eosTokenIds = new Set(eosTokenIds);
  }

  /** The object is whole: nothing but the end may follow. */
  get complete(): boolean {
    return this.#prefix.complete;
  }

  allows(id: number): boolean {
    if (this.complete || this.#eosTokenIds.has(id)) return this.complete && this.#eosTokenIds.has(id);
    return this.#behind(id) !== null;
  }

  /** Takes up a token that was drawn. @throws runtime.constraintStuck when it was not allowed */
  push(id: number): void {
    if (!this.allows(id)) throw new WorkbenchError("runtime.constraintStuck", {});
    this.#prefix = this.#behind(id) ?? this.#prefix;
  }

  #behind(id: number): JsonPrefix | null {
    const bytes = this.#table.of(id);
    // A token that writes nothing could be drawn for ever.
    return bytes === null || bytes.length === 0 ? null : this.#prefix.accepts(bytes);
  }
}
