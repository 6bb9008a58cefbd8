import { type Command, Option } from "commander";
import { WorkbenchError } from "../../../../shared/errors.ts";
import type { ChecksumSource } from "../../../../shared/schemas/import-preflight.ts";
import type { CommandSession } from "../command-session.ts";
import { defineCommand, defineGroup, detachOption, type DetachOptions, type Execute } from "../define-command.ts";
import { followJob } from "../follow-job.ts";
import { formatBytes } from "../format-units.ts";
import { presentPreflight } from "../present-preflight.ts";
import { readInput } from "../read-input.ts";
import { presentInspection, presentModels } from "../present-model.ts";
import { printable } from "../text-table.ts";

interface ImportOptions extends DetachOptions {
  readonly name?: string;
  readonly inPlace?: boolean;
  readonly link?: boolean;
  /** A file, "-" for what is piped in; false: --no-checksums. */
  readonly checksums?: string | false;
  readonly approveTemplate?: string;
  readonly check?: boolean;
}

export function addModelCommands(program: Command, execute: Execute): void {
  const group = defineGroup(program, "model", "bring models in, look at them, list and remove them", [["sallyport model import ./DeepSeek-V2-Lite", "bring a checkpoint in"], ["sallyport model ls", "what is here"]]);

  defineCommand<ImportOptions>(group, execute, {
    usage: "import <directory>",
    summary: "bring in a checkpoint",
    description: "Checks, hashes and copies a checkpoint: config.json, safetensors files, tokenizer, chat template. Pickles are refused. A SHA256SUMS beside the weights is found and held against every file; --check says all that is known before a byte moves.",
    options: [
      new Option("--name <name>", "what to call it (the directory's name, unless said)"),
      new Option("--in-place", "leave the files where they are; they must not change afterwards").conflicts("link"),
      new Option("--link", "hard links in place of copies: no space, one file system; who writes into the originals writes into both"),
      new Option("--checksums <file>", "SHA-256 list that every file must agree with, as sha256sum, BSD or a hub write it; - reads it from stdin"),
      new Option("--no-checksums", "do not use the list that lies in the directory"),
      new Option("--approve-template <sha256>", "the chat template you have read, by its digest; another one is refused"),
      new Option("--check", "only say what an import would find: files, checksums, licences, chat template, space"),
      detachOption(),
    ],
    examples: [
      ["sallyport model import ./DeepSeek-V2-Lite", "copy and check a checkpoint"],
      ["sallyport model import ./DeepSeek-V2-Lite --check", "look first: missing files, checksums, the chat template and its digest"],
      ["sallyport model import ./DeepSeek-V2-Lite --checksums ./SHA256SUMS", "compare with a list that came another way"],
      ["sallyport model import /mnt/models/DeepSeek-V3 --in-place --name v3", "use a large one from where it lies"],
    ],
    run: async (session, [directory = ""], options) => {
      const { client } = await session.connect();
      const checksums = await checksumSource(session, options.checksums);
      if (options.check === true) return presentPreflight(await client.model.preflight({ directory: session.path(directory), checksums }));
      const name = options.name === undefined ? {} : { name: options.name };
      const template = options.approveTemplate === undefined ? {} : { templateApproved: digest(options.approveTemplate) };
      const job = await client.model.import({ directory: session.path(directory), mode: options.inPlace === true ? "inPlace" : options.link === true ? "link" : "copy", checksums, ...name, ...template });
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
      const files = model.owned ? (model.arrival?.mode === "link" ? "; its links are gone, the originals stay" : `; ${formatBytes(model.bytes)} freed`) : `; its files stay in ${printable(model.directory)}`;
      return { json: { id: model.id, model }, text: `Removed ${model.id} (${printable(model.name)})${files}.` };
    },
  });
}

async function checksumSource(session: CommandSession, named: string | false | undefined): Promise<ChecksumSource> {
  if (named === undefined) return { from: "folder" };
  if (named === false) return { from: "nowhere" };
  return named === "-" ? { from: "text", text: await readInput(session.io.stdin) } : { from: "file", file: session.path(named) };
}

/** `sha256:` before it is how other tools write it. */
function digest(text: string): string {
  const hex = text.toLowerCase().replace(/^sha256:/, "");
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new WorkbenchError("usage.invalid", { reason: `"${text}" is not a SHA-256: 64 hexadecimal digits, as --check prints it` });
  return hex;
}
