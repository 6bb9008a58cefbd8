import { WorkbenchError } from "../../../shared/errors.ts";
import { atcFiles } from "./atc.ts";
import { composeFiles } from "./compose-file.ts";
import { embedded } from "./embedded.ts";
import { healthScript } from "./health-script.ts";
import { kubernetesManifest } from "./kubernetes-manifest.ts";
import type { Launch, LaunchFile, LaunchTarget } from "./launch-target.ts";
import { llamaCpp } from "./llama-cpp.ts";
import { mindie } from "./mindie.ts";
import { preflightScript } from "./preflight-script.ts";
import { sglang } from "./sglang.ts";
import { systemdUnits } from "./systemd-unit.ts";
import { targetReadme } from "./target-readme.ts";
import { tensorrtLlm } from "./tensorrt-llm.ts";
import { vllm } from "./vllm.ts";
import { vllmAscend } from "./vllm-ascend.ts";

/** A target's folder, and the image that it runs in. */
export interface WrittenTarget {
  readonly files: readonly LaunchFile[];
  readonly image: string | null;
}

/**
 * Plan, site and engine → the files that its users write by hand.
 * @throws bundle.targetInvalid where the engine cannot be started so from files
 */
export function writeTarget(target: LaunchTarget): WrittenTarget {
  if (/[\p{Cc}\p{Cf}]/u.test(target.model.directory)) throw new WorkbenchError("bundle.targetInvalid", { target: target.id, reason: "the model's folder has characters in its path that do not show" });
  if (target.kind === "atc") return { files: atcFiles(target), image: null };
  const launch = launchOf(target);
  const files = [...launch.files, ...systemdUnits(target, launch), ...composeFiles(target, launch), ...kubernetesManifest(target, launch), preflightScript(target, launch), healthScript(launch), targetReadme(target, launch)];
  return { files, image: launch.image };
}

function launchOf(target: LaunchTarget): Launch {
  switch (target.kind) {
    case "onnx":
      return embedded(target);
    case "llama.cpp":
      return llamaCpp(target);
    case "vllm":
      return vllm(target);
    case "vllm-ascend":
      return vllmAscend(target);
    case "sglang":
      return sglang(target);
    case "tensorrt-llm":
      if (target.arrangement.parallelism.nodes > 1) throw new WorkbenchError("bundle.targetInvalid", { target: target.id, reason: "TensorRT-LLM spans nodes under mpirun or Slurm, which start all processes themselves; plan it on one node, or take vllm or sglang for several" });
      return tensorrtLlm(target);
    case "mindie":
      return mindie(target);
    default:
      throw new WorkbenchError("bundle.targetInvalid", { target: target.id, reason: `${target.kind} serves nothing` });
  }
}
