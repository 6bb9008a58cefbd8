import { WorkbenchError } from "../../../shared/errors.ts";
import { shellQuoted } from "./command-words.ts";
import { type LaunchFile, type LaunchTarget, nodeDevices } from "./launch-target.ts";

/** Prompt tokens of the compiled step: OM models have one shape. */
const STEP_TOKENS = 1;

/**
 * ATC compiles ONNX of fixed shapes to OM for one chip. Of our graphs it can take those of dense models in float32: experts are split by run-time counts, and
 * quantized weights are MatMulNBits of com.microsoft, which CANN does not have.
 * @throws bundle.targetInvalid
 */
export function atcFiles(target: LaunchTarget): readonly LaunchFile[] {
  const { id, model, arrangement: { contextTokens } } = target;
  const refuse = (reason: string): never => {
    throw new WorkbenchError("bundle.targetInvalid", { target: id, reason });
  };
  if (model.spec.moe !== null) refuse("ATC compiles fixed shapes; the experts of this graph take as many rows as their tokens at run time (Split by computed counts). Serve it with vllm-ascend or mindie");
  if (model.precision !== "f32") refuse(`ATC has no operator for weights in blocks (com.microsoft MatMulNBits); make a package with recipe f32, not ${model.precision}`);
  const soc = socVersion(target) ?? refuse("the site's profile does not tell the chip's exact name (soc_version); capture it with npu-smi at the site");
  const cached = contextTokens - STEP_TOKENS;
  const shapes = [
    `input_ids:${STEP_TOKENS}`, `position_ids:${STEP_TOKENS}`, "logit_rows:1", "hidden_shape:2", `inverse_frequencies:${model.spec.rope.inverseFrequencies.length}`, ...model.cache.map(({ past, width }) => `${past}:${cached},${width}`),
  ];
  const text = `#!/bin/sh
# Compiles graph.onnx for ${soc}: one token a step, ${cached} tokens of cache. Run it where CANN is installed.
#   sh compile.sh [PACKAGE] [OUT]
set -eu
package=\${1:-${shellQuoted(model.directory)}}
out=\${2:-./${id}}
command -v atc >/dev/null 2>&1 || { echo "atc was not found: source /usr/local/Ascend/ascend-toolkit/set_env.sh first." >&2; exit 127; }
exec atc --framework=5 --model="$package/graph.onnx" --output="$out" --soc_version=${soc} --input_format=ND \\
  --input_shape=${shellQuoted(shapes.join(";"))} \\
  --precision_mode_v2=origin
`;
  return [{ path: "compile.sh", text }];
}

/** As the chip says; of a preset, from its row. */
function socVersion(target: LaunchTarget): string | null {
  const [device] = target.machine.accelerators.filter(({ vendor, state }) => vendor === "huawei" && state === "usable");
  if (device === undefined) return null;
  if (device.socName !== null) return device.socName;
  const known = /(?:^|ascend-)(910b[1-4](?:-1)?|310p[1-7]|310b[1-4])$/i.exec(device.model ?? nodeDevices(target)[0]?.model ?? "");
  return known === null ? null : `Ascend${(known[1] as string).toUpperCase()}`;
}
