import { type Command, Option } from "commander";
import { defineCommand, defineGroup, detachOption, type DetachOptions, type Execute } from "../define-command.ts";
import { followJob } from "../follow-job.ts";
import { formatBytes } from "../format-units.ts";
import { presentInspection, presentModels } from "../present-model.ts";
import { printable } from "../text-table.ts";

interface ImportOptions extends DetachOptions {
  readonly name?: string;
  readonly inPlace?: boolean;
}

export function addModelCommands(program: Command, execute: Execute): void {
  const group = defineGroup(program, "model", "bring models in, look at them, list and remove them", [["sallyport model import ./DeepSeek-V2-Lite", "bring a checkpoint in"], ["sallyport model ls", "what is here"]]);

  defineCommand<ImportOptions>(group, execute, {
    usage: "import <directory>",
    summary: "bring in a checkpoint",
    description: "Checks, hashes and copies a checkpoint: config.json, safetensors files, tokenizer, chat template. Pickles are refused.",
    options: [
      new Option("--name <name>", "what to call it (the directory's name, unless said)"),
      new Option("--in-place", "leave the files where they are; they must not change afterwards"),
      detachOption(),
    ],
    examples: [
      ["sallyport model import ./DeepSeek-V2-Lite", "copy and check a checkpoint"],
      ["sallyport model import /mnt/models/DeepSeek-V3 --in-place --name v3", "use a large one from where it lies"],
    ],
    run: async (session, [directory = ""], options) => {
      const { client } = await session.connect();
      const name = options.name === undefined ? {} : { name: options.name };
      const job = await client.model.import({ directory: session.path(directory), mode: options.inPlace === true ? "inPlace" : "copy", ...name });
      return followJob(session, job, options);
    },
  });

  defineCommand(group, execute, {
    usage: "ls",
    summary: "list the models",
    examples: [["sallyport model ls", "what is here, with sizes"], ["sallyport model ls --json", "the same for a program"]],
    run: async (session) => presentModels(await (await session.connect()).client.model.list()),
  });

  defineCommand(group, execute, {
    usage: "inspect <model>",
    summary: "show shape, parameters and cache of a model",
    description: "Shows shape, total and active parameters, cache bytes per token and bytes per class of weights. Takes an id, a unique beginning of one, a name, or the path of a checkpoint, a package or a lone config.json.",
    examples: [["sallyport model inspect DeepSeek-V2-Lite", "a model of the store"], ["sallyport model inspect ./config.json", "what a model would need, from its config alone"]],
    run: async (session, [model = ""]) => presentInspection(await (await session.connect()).client.model.inspect({ model: session.reference(model) })),
  });

  defineCommand<{ readonly system?: string }>(group, execute, {
    usage: "prompt <model> <message>",
    summary: "show what the chat template makes of a message",
    description: "Renders the model's own chat template, as a run would, without running the model: what stands around a message is what the model's author put there.",
    options: [new Option("--system <text>", "a system message before it")],
    examples: [["sallyport model prompt DeepSeek-V2-Lite 'Who are you?'", "the prompt, ready for the model's answer"]],
    run: async (session, [model = "", content = ""], { system }) => {
      const messages = [...(system === undefined ? [] : [{ role: "system" as const, content: system }]), { role: "user" as const, content }];
      const preview = await (await session.connect()).client.model.previewChat({ model: session.reference(model), messages });
      return { json: { preview }, text: preview === null ? "No chat template: prompts are completed as plain text." : preview.prompt.split("\n").map(printable).join("\n") };
    },
  });

  defineCommand(group, execute, {
    usage: "licences <model>",
    summary: "show the licence texts that lie beside a model's weights",
    examples: [["sallyport model licences DeepSeek-V2-Lite", "read them before a model goes to a site"]],
    run: async (session, [model = ""]) => {
      const licences = await (await session.connect()).client.model.licences({ model: session.reference(model) });
      const text = licences.map((licence) => `${printable(licence.file)}, ${formatBytes(licence.bytes)}${licence.isWhole ? "" : ", the beginning"}\n\n${licence.text.split(/\r?\n/).map(printable).join("\n")}`).join("\n\n");
      return { json: { licences }, text: licences.length === 0 ? "No licence file lies beside this model." : text };
    },
  });

  defineCommand(group, execute, {
    usage: "rm <model>",
    summary: "remove a model",
    description: "Takes a model out of the store and deletes the files that the store owns. Files imported in place stay. Refused while packages made from it exist.",
    examples: [["sallyport model rm ckpt-5f3a", "by the beginning of its id"]],
    run: async (session, [reference = ""]) => {
      const { client } = await session.connect();
      const model = await client.model.remove({ model: session.reference(reference) });
      const files = model.owned ? `; ${formatBytes(model.bytes)} freed` : `; its files stay in ${printable(model.directory)}`;
      return { json: { id: model.id, model }, text: `Removed ${model.id} (${printable(model.name)})${files}.` };
    },
  });
}
