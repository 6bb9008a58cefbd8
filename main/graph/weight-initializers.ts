import type { Placement, Storage, StorageMap, StoredPart, Weight } from "../domain/weights.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import { elementBytes } from "./graph-builder.ts";
import type { OnnxType } from "./onnx/onnx-model.ts";

/** Declares weights as initializers whose bytes lie in the package's weight files, each at most once per shape. */
export class WeightInitializers {
  readonly #builder: GraphBuilder;
  readonly #weights: ReadonlyMap<string, Weight>;
  readonly #storage: StorageMap;
  readonly #placements: ReadonlyMap<string, Placement>;
  readonly #declared = new Set<string>();

  constructor(builder: GraphBuilder, weights: readonly Weight[], storage: StorageMap, placements: readonly Placement[]) {
    this.#builder = builder;
    this.#weights = new Map(weights.map((weight) => [weight.id, weight]));
    this.#storage = storage;
    this.#placements = new Map(placements.map((placement) => [`${placement.weightId}/${placement.part}`, placement]));
  }

  has(id: string): boolean {
    return this.#weights.has(id);
  }

  weight(id: string): Weight {
    const weight = this.#weights.get(id);
    if (weight === undefined) throw new Error(`the graph asks for a weight that the spec does not list: ${id}`);
    return weight;
  }

  storage(id: string): Storage {
    return this.#storage.get(id) as Storage;
  }

  /**
   * Name of the initializer that holds one part of a weight, with the shape that the operator wants it in. Two operators may look at the
   * same bytes in two shapes (tied embeddings): each shape is an initializer of its own at the same place.
   */
  part(id: string, part: StoredPart, type: OnnxType, dims: readonly number[]): string {
    const name = `${id}.${part}[${dims.join("x")}]`;
    if (this.#declared.has(name)) return name;
    const placement = this.#placements.get(`${id}/${part}`);
    if (placement === undefined) throw new Error(`no place for ${part} of ${id}`);
    const bytes = dims.reduce((product, dim) => product * dim, 1) * elementBytes(type);
    if (bytes !== placement.bytes) throw new Error(`${name} takes ${bytes} bytes, ${placement.bytes} are placed`);
    this.#declared.add(name);
    this.#builder.initializers.push({ name, type, dims, data: { kind: "external", file: placement.file, offset: placement.offset, bytes } });
    return name;
  }
}
