import { ONNX_TYPE, type OnnxAttribute, type OnnxDimension, type OnnxNode, type OnnxTensor, type OnnxType, type OnnxValueInfo } from "./onnx/onnx-model.ts";

/** Attribute values as the blocks write them; whole numbers and fractions are told apart by `float()`. */
export type AttributeValue = number | string | readonly number[] | { readonly float: number };

export const float = (value: number): AttributeValue => ({ float: value });

/** Domain of ONNX Runtime's own operators. */
export const MICROSOFT = "com.microsoft";

/**
 * Collects the nodes of one flat graph. Values are named after where they come from ("layers.3.moe/Gather_2"), so that a profile or an
 * error message of the runtime says which block it speaks of.
 */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  readonly inputs: OnnxValueInfo[] = [];
  readonly outputs: OnnxValueInfo[] = [];
  readonly #constants = new Map<string, string>();
  readonly #used = new Map<string, number>();
  #scope = "";

  /** Runs `build` with every new name below `scope`. */
  within<T>(scope: string, build: () => T): T {
    const outer = this.#scope;
    this.#scope = outer === "" ? scope : `${outer}.${scope}`;
    try {
      return build();
    } finally {
      this.#scope = outer;
    }
  }

  input(name: string, type: OnnxType, shape: readonly OnnxDimension[]): string {
    this.inputs.push({ name, type, shape });
    return name;
  }

  /** Declares an existing value as an output, under `name`. */
  output(name: string, value: string, type: OnnxType, shape: readonly OnnxDimension[]): void {
    this.nodes.push({ name: `output/${name}`, opType: "Identity", domain: "", inputs: [value], outputs: [name], attributes: [] });
    this.outputs.push({ name, type, shape });
  }

  /** Adds a node with one output and returns that output's name. */
  node(opType: string, inputs: readonly string[], attributes: Readonly<Record<string, AttributeValue>> = {}, domain = ""): string {
    return this.nodeWithOutputs(opType, inputs, 1, attributes, domain)[0] as string;
  }

  /** Adds a node and returns the names of its outputs. */
  nodeWithOutputs(opType: string, inputs: readonly string[], outputCount: number, attributes: Readonly<Record<string, AttributeValue>> = {}, domain = ""): string[] {
    const name = this.#unique(`${this.#scope}/${opType}`);
    const outputs = outputCount === 1 ? [name] : Array.from({ length: outputCount }, (_, i) => `${name}:${i}`);
    this.nodes.push({ name, opType, domain, inputs, outputs, attributes: Object.entries(attributes).map(toAttribute) });
    return outputs;
  }

  /** A small int64 constant, shared by all who ask for the same values. No dims: a scalar. */
  int64(values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.#constant("int64", values, dims, new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
  }

  /** A small float32 constant. */
  float32(values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.#constant("float32", values, dims, new Uint8Array(Float32Array.from(values).buffer));
  }

  #constant(type: "int64" | "float32", values: readonly number[], dims: readonly number[], bytes: Uint8Array): string {
    const key = `${type}[${dims.join()}]=${values.join()}`;
    let name = this.#constants.get(key);
    if (name === undefined) {
      name = `constants/${type}_${this.#constants.size}`;
      this.#constants.set(key, name);
      this.initializers.push({ name, type, dims, data: { kind: "inline", bytes } });
    }
    return name;
  }

  #unique(name: string): string {
    const count = this.#used.get(name) ?? 0;
    this.#used.set(name, count + 1);
    return count === 0 ? name : `${name}_${count}`;
  }
}

function toAttribute([name, value]: [string, AttributeValue]): OnnxAttribute {
  if (typeof value === "number") return { name, kind: "int", value };
  if (typeof value === "string") return { name, kind: "string", value };
  if (isNumbers(value)) return { name, kind: "ints", value };
  return { name, kind: "float", value: value.float };
}

const isNumbers = (value: readonly number[] | { readonly float: number }): value is readonly number[] => Array.isArray(value);

/** Bytes of one element. */
export function elementBytes(type: OnnxType): number {
  switch (ONNX_TYPE[type]) {
    case ONNX_TYPE.int64:
      return 8;
    case ONNX_TYPE.float32:
    case ONNX_TYPE.int32:
      return 4;
    case ONNX_TYPE.float16:
      return 2;
    default:
      return 1;
  }
}
