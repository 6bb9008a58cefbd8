/** The part of onnx.proto (IR version 10) that a flat graph with external data needs. Field numbers live in encode-model.ts and decode-model.ts. */

/** TensorProto.DataType. */
export const ONNX_TYPE = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10 } as const;
export type OnnxType = keyof typeof ONNX_TYPE;

/** A dimension is a number, or the name of one that changes from run to run. */
export type OnnxDimension = number | string;

export interface OnnxValueInfo {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: readonly OnnxDimension[];
}

/** Bytes either inside the model (small constants) or in a file beside it. */
export interface OnnxTensor {
  readonly name: string;
  readonly type: OnnxType;
  readonly dims: readonly number[];
  readonly data:
    | { readonly kind: "inline"; readonly bytes: Uint8Array }
    | { readonly kind: "external"; readonly file: string; readonly offset: number; readonly bytes: number; readonly packed?: readonly PackedWeight[] };
}

/**
 * A tensor as a kernel of ONNX Runtime wants it, in the file where the tensor lies: external data entry `prepacked_<n>`, value `key|offset;bytes;alignment`
 * (session.save_external_prepacked_constant_initializers). The runtime packs again at load, and takes these bytes, mapped, where the keys agree.
 */
export interface PackedWeight {
  readonly key: string;
  readonly parts: readonly { readonly offset: number; readonly bytes: number; readonly alignment: number }[];
}

export type OnnxAttribute =
  | { readonly name: string; readonly kind: "int"; readonly value: number }
  | { readonly name: string; readonly kind: "float"; readonly value: number }
  | { readonly name: string; readonly kind: "string"; readonly value: string }
  | { readonly name: string; readonly kind: "ints"; readonly value: readonly number[] }
  | { readonly name: string; readonly kind: "floats"; readonly value: readonly number[] };

export interface OnnxNode {
  readonly name: string;
  readonly opType: string;
  /** "" is ONNX itself. */
  readonly domain: string;
  /** "" stands for an input or output left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly OnnxAttribute[];
}

export interface OnnxModel {
  readonly irVersion: number;
  readonly producerName: string;
  readonly producerVersion: string;
  /** Domain → version. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly graphName: string;
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  readonly initializers: readonly OnnxTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}
