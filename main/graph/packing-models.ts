import type { OnnxModel, OnnxNode, OnnxTensor } from "./onnx/onnx-model.ts";

/** Matrices of one packing model: their weights are what the runtime holds twice while it packs. */
export interface PackingModel {
  readonly model: OnnxModel;
  /** Names of the tensors that the runtime will pack. */
  readonly tensors: readonly string[];
  /** Of those tensors, bytes. */
  readonly bytes: number;
}

/**
 * Cuts a graph into models that hold nothing but some of its MatMulNBits nodes, each x [rows, K] → y [rows, N], with the same weights from the same files. A runtime
 * that loads one packs its weights exactly as it would for the whole graph (the packed bytes depend on the node's attributes and weights alone), while
 * memory holds `groupBytes` of them and not the model.
 */
export function packingModels(graph: OnnxModel, groupBytes: number): PackingModel[] {
  const initializers = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const groups: { nodes: OnnxNode[]; bytes: number }[] = [];
  for (const node of graph.nodes) {
    const bytes = externalBytes(initializers.get(node.inputs[1] ?? ""));
    if (node.opType !== "MatMulNBits" || bytes === null) continue;
    const last = groups.at(-1);
    if (last !== undefined && last.bytes + bytes <= groupBytes) {
      last.nodes.push(node);
      last.bytes += bytes;
    } else groups.push({ nodes: [node], bytes });
  }
  return groups.map(({ nodes, bytes }) => ({ model: packingModel(graph, initializers, nodes), tensors: nodes.map((node) => node.inputs[1] as string), bytes }));
}

function packingModel(graph: OnnxModel, initializers: ReadonlyMap<string, OnnxTensor>, nodes: readonly OnnxNode[]): OnnxModel {
  const attribute = (node: OnnxNode, name: string): number => {
    const found = node.attributes.find((candidate) => candidate.name === name);
    return found?.kind === "int" ? found.value : 0;
  };
  const widths = new Set(nodes.map((node) => attribute(node, "K")));
  const used = new Set(nodes.flatMap((node) => node.inputs.slice(1)).filter((name) => initializers.has(name)));
  return {
    ...graph,
    graphName: "packing",
    metadata: {},
    initializers: graph.initializers.filter((tensor) => used.has(tensor.name)),
    inputs: [...widths].map((width) => ({ name: `x.${width}`, type: "float32", shape: ["rows", width] })),
    outputs: nodes.map((node, index) => ({ name: `y.${index}`, type: "float32", shape: ["rows", attribute(node, "N")] })),
    nodes: nodes.map((node, index) => ({ ...node, inputs: [`x.${attribute(node, "K")}`, ...node.inputs.slice(1)], outputs: [`y.${index}`] })),
  };
}

const externalBytes = (tensor: OnnxTensor | undefined): number | null => (tensor?.data.kind === "external" ? tensor.data.bytes : null);
