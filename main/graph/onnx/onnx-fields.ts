/**
 * Field numbers of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, IR version 10), only of the fields this house
 * writes, reads, or refuses by name.
 */
export const MODEL = {
  irVersion: 1, producerName: 2, producerVersion: 3, domain: 4, modelVersion: 5, docString: 6, graph: 7, opsetImport: 8, metadataProps: 14,
  trainingInfo: 20, functions: 25, configuration: 26,
} as const;

export const OPSET = { domain: 1, version: 2 } as const;

export const GRAPH = {
  node: 1, name: 2, initializer: 5, docString: 10, input: 11, output: 12, valueInfo: 13, quantizationAnnotation: 14, sparseInitializer: 15,
  metadataProps: 16,
} as const;

export const NODE = {
  input: 1, output: 2, name: 3, opType: 4, attribute: 5, docString: 6, domain: 7, overload: 8, metadataProps: 9, deviceConfigurations: 10,
} as const;

export const ATTRIBUTE = {
  name: 1, f: 2, i: 3, s: 4, t: 5, g: 6, floats: 7, ints: 8, strings: 9, tensors: 10, graphs: 11, docString: 13, tp: 14, typeProtos: 15, type: 20,
  refAttrName: 21, sparseTensor: 22, sparseTensors: 23,
} as const;

/** AttributeProto.AttributeType. */
export const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, floats: 6, ints: 7 } as const;

export const TENSOR = {
  dims: 1, dataType: 2, segment: 3, floatData: 4, int32Data: 5, stringData: 6, int64Data: 7, name: 8, rawData: 9, doubleData: 10, uint64Data: 11,
  docString: 12, externalData: 13, dataLocation: 14, metadataProps: 16,
} as const;

/** TensorProto.DataLocation. */
export const DATA_LOCATION = { default: 0, external: 1 } as const;

/** StringStringEntryProto. */
export const ENTRY = { key: 1, value: 2 } as const;

export const VALUE_INFO = { name: 1, type: 2, docString: 3, metadataProps: 4 } as const;

/** TypeProto; every kind but tensor_type (sequence 4, map 5, opaque 7, sparse 8, optional 9) is refused. */
export const TYPE = { tensorType: 1, denotation: 6 } as const;
export const TENSOR_TYPE = { elemType: 1, shape: 2 } as const;
export const SHAPE = { dim: 1 } as const;
export const DIMENSION = { dimValue: 1, dimParam: 2, denotation: 3 } as const;
