import { readFileSync } from "node:fs";
import "./deny-telemetry.ts";
import ort from "onnxruntime-node";
import { WorkbenchError } from "../../shared/errors.ts";
import type { PackWeights } from "../domain/weight-packer.ts";

/** Lets ONNX Runtime pack the weights of a model for this machine and write them down (notes on prepacking: graph/onnx/onnx-model.ts, PackedWeight). */
export async function packWeights({ graphFile, weightsDirectory, outGraphFile, dataName }: PackWeights): Promise<void> {
  try {
    const session = await ort.InferenceSession.create(readFileSync(graphFile), {
      executionProviders: ["cpu"],
      graphOptimizationLevel: "disabled",
      enableMemPattern: false,
      enableCpuMemArena: false,
      logSeverityLevel: 3,
      optimizedModelFilePath: outGraphFile,
      extra: {
        session: {
          model_external_initializers_file_folder_path: weightsDirectory,
          save_external_prepacked_constant_initializers: "1",
          optimized_model_external_initializers_file_name: dataName,
          optimized_model_external_initializers_min_size_in_bytes: "1",
        },
      },
    });
    await session.release();
  } catch (cause) {
    throw new WorkbenchError("runtime.engineFailed", { reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  }
}
