import type { Command } from "commander";
import { defineCommand, defineGroup, detachOption, type DetachOptions, type Execute, integerOption, numberOption } from "../define-command.ts";
import { followJob } from "../follow-job.ts";

interface CheckOptions extends DetachOptions {
  readonly tolerance?: number;
  readonly chunk?: number;
}

export function addParityCommands(program: Command, execute: Execute): void {
  const group = defineGroup(program, "parity", "prove that a package still answers as it did when it was made", [["sallyport parity check /opt/models/deepseek", "an installed package"]]);

  defineCommand<DetachOptions>(group, execute, {
    usage: "record <model>",
    summary: "record a package's answers in the package",
    description: "Stores input ids, logits and greedy ids in the package. Quantizing does this already; record again only after a change that you want.",
    options: [detachOption()],
    examples: [["sallyport parity record DeepSeek-V2-Lite-int4", "replace the record"]],
    run: async (session, [model = ""], options) => followJob(session, await (await session.connect()).client.parity.record({ model: session.reference(model) }), options),
  });

  defineCommand<CheckOptions>(group, execute, {
    usage: "check <model> [expected]",
    summary: "compute again and compare",
    description: "Recomputes and compares with the package's own record, or with a .safetensors file of expected input_ids, logits and greedy ids from elsewhere.",
    options: [
      numberOption("--tolerance <delta>", "largest difference of a logit that passes", { min: 0, max: Number.POSITIVE_INFINITY, above: true }),
      integerOption("--chunk <tokens>", "prompt tokens fed at a time (all at once, unless said)", { min: 1, max: 1 << 20 }),
      detachOption(),
    ],
    examples: [
      ["sallyport parity check /opt/models/deepseek", "an installed package, against its own record"],
      ["sallyport parity check DeepSeek-V2-Lite-f32 reference.safetensors --tolerance 1e-3", "against another implementation's logits"],
    ],
    run: async (session, [model = "", expected], options) => {
      const { client } = await session.connect();
      const job = await client.parity.check({
        model: session.reference(model),
        ...(expected === undefined ? {} : { expected: session.path(expected) }),
        ...(options.tolerance === undefined ? {} : { toleranceAbsolute: options.tolerance }),
        chunkTokens: options.chunk ?? null,
      });
      return followJob(session, job, options);
    },
  });
}
