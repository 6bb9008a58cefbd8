import { WorkbenchError } from "../../../shared/errors.ts";
import { ATTRIBUTE, ATTRIBUTE_TYPE, DATA_LOCATION, DIMENSION, ENTRY, GRAPH, MODEL, NODE, OPSET, SHAPE, TENSOR, TENSOR_TYPE, TYPE, VALUE_INFO } from "./onnx-fields.ts";
import { ONNX_TYPE, type OnnxAttribute, type OnnxDimension, type OnnxModel, type OnnxNode, type OnnxTensor, type OnnxType, type OnnxValueInfo, type PackedWeight } from "./onnx-model.ts";
import { WireReader } from "./wire-reader.ts";

/**
 * 61 layers of 256 experts are 81,000 nodes and 100,000 initializers. More of anything would be read only to fill memory.
 */
const MAX_NODES = 2_000_000;
const MAX_TENSORS = 4_000_000;
const MAX_VALUES = 1_000_000;
/** A Split into 256 experts has 256 outputs; a node with more than this is no model's. */
const MAX_NODE_EDGES = 65_536;
const MAX_NAME_BYTES = 4096;
const MAX_DIMENSIONS = 16;
const MAX_ATTRIBUTE_NUMBERS = 65_536;
const MAX_ENTRIES = 4096;

/**
 * Reads the subset of ONNX that we write, strictly. Fields without effect are passed over; whatever could carry code or data past our checks
 * (subgraphs, functions, sparse or segmented tensors, training info) is refused by name.
 * @throws onnx.invalid, onnx.limitExceeded
 */
export function decodeModel(bytes: Uint8Array, file: string): OnnxModel {
  const decoder = new Decoder(file);
  return decoder.model(new WireReader(bytes, file));
}

type Fields = Readonly<Record<number, (reader: WireReader) => void>>;

const TYPE_NAMES = new Map(Object.entries(ONNX_TYPE).map(([name, value]) => [value as number, name as OnnxType]));

class Decoder {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  model(reader: WireReader): OnnxModel {
    const model = { irVersion: 0, producerName: "", producerVersion: "" };
    const opsets: [string, number][] = [];
    const metadata: [string, string][] = [];
    let graph: Omit<OnnxModel, "irVersion" | "producerName" | "producerVersion" | "opsets" | "metadata"> | null = null;
    this.#each(reader, {
      [MODEL.irVersion]: (r) => void (model.irVersion = r.int()),
      [MODEL.producerName]: (r) => void (model.producerName = r.string(MAX_NAME_BYTES)),
      [MODEL.producerVersion]: (r) => void (model.producerVersion = r.string(MAX_NAME_BYTES)),
      [MODEL.graph]: (r) => {
        if (graph !== null) throw this.#invalid("two graphs");
        graph = this.#graph(r.message());
      },
      [MODEL.opsetImport]: (r) => this.#push(opsets, this.#opset(r.message()), MAX_ENTRIES, "opsets"),
      [MODEL.metadataProps]: (r) => this.#push(metadata, this.#entry(r.message()), MAX_ENTRIES, "metadata entries"),
      [MODEL.trainingInfo]: () => this.#refuse("training info"),
      [MODEL.functions]: () => this.#refuse("functions"),
    });
    if (graph === null) throw this.#invalid("no graph");
    return { ...model, ...(graph as Omit<OnnxModel, keyof typeof model | "opsets" | "metadata">), opsets: Object.fromEntries(opsets), metadata: Object.fromEntries(metadata) };
  }

  #graph(reader: WireReader): Omit<OnnxModel, "irVersion" | "producerName" | "producerVersion" | "opsets" | "metadata"> {
    let graphName = "";
    const nodes: OnnxNode[] = [];
    const initializers: OnnxTensor[] = [];
    const inputs: OnnxValueInfo[] = [];
    const outputs: OnnxValueInfo[] = [];
    this.#each(reader, {
      [GRAPH.node]: (r) => this.#push(nodes, this.#node(r.message()), MAX_NODES, "nodes"),
      [GRAPH.name]: (r) => void (graphName = r.string(MAX_NAME_BYTES)),
      [GRAPH.initializer]: (r) => this.#push(initializers, this.#tensor(r.message()), MAX_TENSORS, "initializers"),
      [GRAPH.input]: (r) => this.#push(inputs, this.#valueInfo(r.message()), MAX_VALUES, "inputs"),
      [GRAPH.output]: (r) => this.#push(outputs, this.#valueInfo(r.message()), MAX_VALUES, "outputs"),
      [GRAPH.sparseInitializer]: () => this.#refuse("sparse initializers"),
    });
    return { graphName, nodes, initializers, inputs, outputs };
  }

  #node(reader: WireReader): OnnxNode {
    let [name, opType, domain] = ["", "", ""];
    const inputs: string[] = [];
    const outputs: string[] = [];
    const attributes: OnnxAttribute[] = [];
    this.#each(reader, {
      [NODE.input]: (r) => this.#push(inputs, r.string(MAX_NAME_BYTES), MAX_NODE_EDGES, "inputs of a node"),
      [NODE.output]: (r) => this.#push(outputs, r.string(MAX_NAME_BYTES), MAX_NODE_EDGES, "outputs of a node"),
      [NODE.name]: (r) => void (name = r.string(MAX_NAME_BYTES)),
      [NODE.opType]: (r) => void (opType = r.string(MAX_NAME_BYTES)),
      [NODE.attribute]: (r) => this.#push(attributes, this.#attribute(r.message()), MAX_ENTRIES, "attributes of a node"),
      [NODE.domain]: (r) => void (domain = r.string(MAX_NAME_BYTES)),
      [NODE.overload]: () => this.#refuse("overloaded functions"),
    });
    return { name, opType, domain, inputs, outputs, attributes };
  }

  #attribute(reader: WireReader): OnnxAttribute {
    let name = "";
    let type = 0;
    let [float, int, text] = [0, 0, ""];
    const floats: number[] = [];
    const ints: number[] = [];
    const refuse = (what: string) => () => this.#refuse(`an attribute that holds ${what}`);
    this.#each(reader, {
      [ATTRIBUTE.name]: (r) => void (name = r.string(MAX_NAME_BYTES)),
      [ATTRIBUTE.f]: (r) => void (float = r.float()),
      [ATTRIBUTE.i]: (r) => void (int = r.int()),
      [ATTRIBUTE.s]: (r) => void (text = r.string(MAX_NAME_BYTES)),
      [ATTRIBUTE.type]: (r) => void (type = r.int()),
      [ATTRIBUTE.t]: refuse("a tensor"),
      [ATTRIBUTE.g]: refuse("a subgraph"),
      [ATTRIBUTE.graphs]: refuse("subgraphs"),
      [ATTRIBUTE.tensors]: refuse("tensors"),
      [ATTRIBUTE.sparseTensor]: refuse("a sparse tensor"),
      [ATTRIBUTE.sparseTensors]: refuse("sparse tensors"),
      [ATTRIBUTE.refAttrName]: refuse("a reference"),
      [ATTRIBUTE.strings]: refuse("a list of strings"),
    }, {
      [ATTRIBUTE.floats]: (r) => this.#push(floats, r.float(), MAX_ATTRIBUTE_NUMBERS, "numbers of an attribute"),
      [ATTRIBUTE.ints]: (r) => this.#push(ints, r.int(), MAX_ATTRIBUTE_NUMBERS, "numbers of an attribute"),
    });
    switch (type) {
      case ATTRIBUTE_TYPE.float:
        return { name, kind: "float", value: float };
      case ATTRIBUTE_TYPE.int:
        return { name, kind: "int", value: int };
      case ATTRIBUTE_TYPE.string:
        return { name, kind: "string", value: text };
      case ATTRIBUTE_TYPE.floats:
        return { name, kind: "floats", value: floats };
      case ATTRIBUTE_TYPE.ints:
        return { name, kind: "ints", value: ints };
      default:
        throw this.#invalid(`the attribute ${name} of type ${type}`);
    }
  }

  #tensor(reader: WireReader): OnnxTensor {
    let name = "";
    let type = 0;
    let external = false;
    let raw: Uint8Array | null = null;
    const dims: number[] = [];
    const entries: [string, string][] = [];
    const refuse = (what: string) => () => this.#refuse(`a tensor with ${what}`);
    this.#each(reader, {
      [TENSOR.dataType]: (r) => void (type = r.int()),
      [TENSOR.name]: (r) => void (name = r.string(MAX_NAME_BYTES)),
      [TENSOR.rawData]: (r) => void (raw = r.bytes()),
      [TENSOR.externalData]: (r) => this.#push(entries, this.#entry(r.message()), 16, "entries of external data"),
      [TENSOR.dataLocation]: (r) => void (external = r.int() === DATA_LOCATION.external),
      [TENSOR.segment]: refuse("a segment"),
      [TENSOR.floatData]: refuse("typed data"),
      [TENSOR.int32Data]: refuse("typed data"),
      [TENSOR.int64Data]: refuse("typed data"),
      [TENSOR.doubleData]: refuse("typed data"),
      [TENSOR.uint64Data]: refuse("typed data"),
      [TENSOR.stringData]: refuse("strings"),
    }, { [TENSOR.dims]: (r) => this.#push(dims, r.int(), MAX_DIMENSIONS, "dimensions") });
    if (dims.some((dim) => dim < 0)) throw this.#invalid(`the tensor ${name} with a negative dimension`);
    return { name, type: this.#type(type), dims, data: external ? this.#external(name, new Map(entries)) : { kind: "inline", bytes: raw ?? new Uint8Array(0) } };
  }

  #external(name: string, entries: ReadonlyMap<string, string>): OnnxTensor["data"] {
    const number = (key: string): number => {
      const text = entries.get(key) ?? "";
      const value = Number(text);
      if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(value)) throw this.#invalid(`the ${key} "${text.slice(0, 40)}" of the tensor ${name}`);
      return value;
    };
    const file = entries.get("location");
    if (file === undefined) throw this.#invalid(`no location of the external tensor ${name}`);
    const packed = [...entries].filter(([key]) => /^prepacked_\d+$/.test(key)).map(([, value]) => this.#packed(name, value));
    return { kind: "external", file, offset: entries.has("offset") ? number("offset") : 0, bytes: number("length"), ...(packed.length === 0 ? {} : { packed }) };
  }

  #packed(name: string, text: string): PackedWeight {
    const [key = "", ...spans] = text.split("|");
    const parts = spans.map((span) => {
      const numbers = span.split(";").map(Number);
      const [offset = 0, bytes = 0, alignment = 0] = numbers;
      if (numbers.length !== 3 || !numbers.every((value) => Number.isSafeInteger(value) && value >= 0)) throw this.#invalid(`the packed weight "${text.slice(0, 80)}" of the tensor ${name}`);
      return { offset, bytes, alignment };
    });
    return { key, parts };
  }

  #valueInfo(reader: WireReader): OnnxValueInfo {
    let name = "";
    let type: OnnxType | null = null;
    let shape: OnnxDimension[] = [];
    this.#each(reader, {
      [VALUE_INFO.name]: (r) => void (name = r.string(MAX_NAME_BYTES)),
      [VALUE_INFO.type]: (r) =>
        this.#each(r.message(), {
          [TYPE.tensorType]: (t) =>
            this.#each(t.message(), {
              [TENSOR_TYPE.elemType]: (e) => void (type = this.#type(e.int())),
              [TENSOR_TYPE.shape]: (s) => void (shape = this.#shape(s.message())),
            }),
        }),
    });
    if (type === null) throw this.#invalid(`the value ${name}, which is no tensor,`);
    return { name, type, shape };
  }

  #shape(reader: WireReader): OnnxDimension[] {
    const shape: OnnxDimension[] = [];
    this.#each(reader, {
      [SHAPE.dim]: (r) => {
        let dimension: OnnxDimension = "";
        this.#each(r.message(), {
          [DIMENSION.dimValue]: (d) => void (dimension = d.int()),
          [DIMENSION.dimParam]: (d) => void (dimension = d.string(MAX_NAME_BYTES)),
        });
        this.#push(shape, dimension, MAX_DIMENSIONS, "dimensions");
      },
    });
    return shape;
  }

  #opset(reader: WireReader): [string, number] {
    let [domain, version] = ["", 0];
    this.#each(reader, { [OPSET.domain]: (r) => void (domain = r.string(MAX_NAME_BYTES)), [OPSET.version]: (r) => void (version = r.int()) });
    return [domain, version];
  }

  #entry(reader: WireReader): [string, string] {
    let [key, value] = ["", ""];
    this.#each(reader, { [ENTRY.key]: (r) => void (key = r.string(MAX_NAME_BYTES)), [ENTRY.value]: (r) => void (value = r.string(MAX_NAME_BYTES)) });
    return [key, value];
  }

  /** Calls the field's reader, or passes over it. @param repeated numbers that may also come packed: many in one field */
  #each(reader: WireReader, fields: Fields, repeated: Fields = {}): void {
    while (!reader.atEnd) {
      const { field, wireType } = reader.tag();
      const single = fields[field];
      const many = repeated[field];
      if (many !== undefined && wireType === 2) {
        const packed = reader.message();
        while (!packed.atEnd) many(packed);
      } else if (many !== undefined) many(reader);
      else if (single !== undefined) single(reader);
      else reader.skip(wireType);
    }
  }

  #push<T>(list: T[], item: T, allowed: number, what: string): void {
    if (list.length >= allowed) throw new WorkbenchError("onnx.limitExceeded", { file: this.#file, limit: what, found: list.length + 1, allowed });
    list.push(item);
  }

  #type(value: number): OnnxType {
    const name = TYPE_NAMES.get(value);
    if (name === undefined) throw this.#invalid(`the element type ${value}`);
    return name;
  }

  #refuse(what: string): never {
    throw this.#invalid(`${what}, which no graph of ours has,`);
  }

  #invalid(what: string): WorkbenchError {
    return new WorkbenchError("onnx.invalid", { file: this.#file, reason: what });
  }
}
