/** Every operator our graphs use, "domain:name". A package's graph.onnx that holds any other was not written by us and is not run. */
export const GRAPH_OPERATORS: ReadonlySet<string> = new Set([
  ":Add", ":And", ":Cast", ":Concat", ":Cos", ":Div", ":Expand", ":Gather", ":GatherElements", ":Gemm", ":Greater", ":GreaterOrEqual", ":Identity", ":Less",
  ":MatMul", ":Mul", ":Range", ":ReduceMax", ":ReduceSum", ":Reshape", ":RotaryEmbedding", ":ScatterElements", ":Shape", ":Sigmoid", ":Sin",
  ":SimplifiedLayerNormalization", ":Softmax", ":Split", ":Squeeze", ":Sub", ":TopK", ":Transpose", ":Where",
  "com.microsoft:FusedMatMul", "com.microsoft:GatherBlockQuantized", "com.microsoft:MatMulNBits", "com.microsoft:QuickGelu",
]);
