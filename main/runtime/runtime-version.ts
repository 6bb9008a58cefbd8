import onnxruntime from "onnxruntime-node/package.json" with { type: "json" };

/** Version of the embedded runtime, without loading it. */
export const RUNTIME_VERSION: string = onnxruntime.version;
