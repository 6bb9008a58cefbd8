import { ATTRIBUTE, ATTRIBUTE_TYPE, DATA_LOCATION, DIMENSION, ENTRY, GRAPH, MODEL, NODE, OPSET, SHAPE, TENSOR, TENSOR_TYPE, TYPE, VALUE_INFO } from "./onnx-fields.ts";
import { ONNX_TYPE, type OnnxAttribute, type OnnxModel, type OnnxNode, type OnnxTensor, type OnnxValueInfo } from "./onnx-model.ts";
import { WireWriter } from "./wire-writer.ts";

/**
 * The model as bytes of a .onnx file. Deterministic: fields in the order of their numbers, opsets and metadata sorted by key, repeated
 * numbers unpacked (onnx.proto is proto2), which is byte for byte what the official library writes.
 *
 * @throws internal.unexpected for an integer a double does not hold exactly, onnx.limitExceeded past protobuf's 2 GiB
 */
export function encodeModel(model: OnnxModel): Uint8Array {
  const writer = new WireWriter();
  writer.int(MODEL.irVersion, model.irVersion);
  writeText(writer, MODEL.producerName, model.producerName);
  writeText(writer, MODEL.producerVersion, model.producerVersion);
  writer.message(MODEL.graph, () => writeGraph(writer, model));
  for (const [domain, version] of sortedEntries(model.opsets)) {
    writer.message(MODEL.opsetImport, () => {
      // Domain "" is written out too: readers tell "the standard operators" from a field left out only by this.
      writer.string(OPSET.domain, domain);
      writer.int(OPSET.version, version);
    });
  }
  for (const [key, value] of sortedEntries(model.metadata)) writeEntry(writer, MODEL.metadataProps, key, value);
  return writer.finish();
}

function writeGraph(writer: WireWriter, model: OnnxModel): void {
  for (const node of model.nodes) writer.message(GRAPH.node, () => writeNode(writer, node));
  writeText(writer, GRAPH.name, model.graphName);
  for (const tensor of model.initializers) writer.message(GRAPH.initializer, () => writeTensor(writer, tensor));
  for (const value of model.inputs) writer.message(GRAPH.input, () => writeValueInfo(writer, value));
  for (const value of model.outputs) writer.message(GRAPH.output, () => writeValueInfo(writer, value));
}

function writeNode(writer: WireWriter, node: OnnxNode): void {
  // Inputs and outputs keep their empty names: position is meaning.
  for (const name of node.inputs) writer.string(NODE.input, name);
  for (const name of node.outputs) writer.string(NODE.output, name);
  writeText(writer, NODE.name, node.name);
  writer.string(NODE.opType, node.opType);
  for (const attribute of node.attributes) writer.message(NODE.attribute, () => writeAttribute(writer, attribute));
  writeText(writer, NODE.domain, node.domain);
}

function writeAttribute(writer: WireWriter, attribute: OnnxAttribute): void {
  writer.string(ATTRIBUTE.name, attribute.name);
  switch (attribute.kind) {
    case "float":
      writer.float(ATTRIBUTE.f, attribute.value);
      break;
    case "int":
      writer.int(ATTRIBUTE.i, attribute.value);
      break;
    case "string":
      writer.string(ATTRIBUTE.s, attribute.value);
      break;
    case "floats":
      for (const value of attribute.value) writer.float(ATTRIBUTE.floats, value);
      break;
    case "ints":
      for (const value of attribute.value) writer.int(ATTRIBUTE.ints, value);
      break;
    default:
      attribute satisfies never;
  }
  writer.int(ATTRIBUTE.type, ATTRIBUTE_TYPE[attribute.kind]);
}

function writeTensor(writer: WireWriter, tensor: OnnxTensor): void {
  for (const dim of tensor.dims) writer.int(TENSOR.dims, dim);
  writer.int(TENSOR.dataType, ONNX_TYPE[tensor.type]);
  writer.string(TENSOR.name, tensor.name);
  if (tensor.data.kind === "inline") {
    writer.bytes(TENSOR.rawData, tensor.data.bytes);
    return;
  }
  writeEntry(writer, TENSOR.externalData, "location", tensor.data.file);
  writeEntry(writer, TENSOR.externalData, "offset", String(tensor.data.offset));
  writeEntry(writer, TENSOR.externalData, "length", String(tensor.data.bytes));
  for (const [index, { key, parts }] of (tensor.data.packed ?? []).entries()) {
    writeEntry(writer, TENSOR.externalData, `prepacked_${index}`, [key, ...parts.map(({ offset, bytes, alignment }) => `${offset};${bytes};${alignment}`)].join("|"));
  }
  writer.int(TENSOR.dataLocation, DATA_LOCATION.external);
}

function writeValueInfo(writer: WireWriter, value: OnnxValueInfo): void {
  writer.string(VALUE_INFO.name, value.name);
  writer.message(VALUE_INFO.type, () => {
    writer.message(TYPE.tensorType, () => {
      writer.int(TENSOR_TYPE.elemType, ONNX_TYPE[value.type]);
      writer.message(TENSOR_TYPE.shape, () => {
        for (const dim of value.shape) {
          writer.message(SHAPE.dim, () => {
            if (typeof dim === "number") writer.int(DIMENSION.dimValue, dim);
            else writer.string(DIMENSION.dimParam, dim);
          });
        }
      });
    });
  });
}

function writeEntry(writer: WireWriter, field: number, key: string, value: string): void {
  writer.message(field, () => {
    writer.string(ENTRY.key, key);
    writer.string(ENTRY.value, value);
  });
}

/** An optional text: left out when empty, as the official library does. */
function writeText(writer: WireWriter, field: number, value: string): void {
  if (value !== "") writer.string(field, value);
}

function sortedEntries<V>(record: Readonly<Record<string, V>>): [string, V][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
