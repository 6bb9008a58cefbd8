import { join } from "node:path";
import type { ChatPreview, ChatPreviewRequest, Licence } from "../../shared/schemas/model-papers.ts";
import { openCheckpointDirectory } from "../checkpoint/checkpoint-directory.ts";
import { readChatTemplate } from "../checkpoint/read-chat-template.ts";
import { readJsonObject } from "../checkpoint/read-json-object.ts";
import type { Files } from "../domain/files.ts";
import { PACKAGE_FILES } from "../domain/model-package.ts";
import { renderChat } from "../runtime/chat-template.ts";
import { tokenText } from "../runtime/token-text.ts";

/** The largest honest tokenizer_config.json, with some thousand added tokens, is 3 MB. */
const MAX_CONFIG_BYTES = 16 * 2 ** 20;
/** A page shows what a person reads; the longest honest preamble of a template is some 10 KB. */
const MAX_SHOWN_CHARACTERS = 65_536;
const LICENCE_FILE = /^(licen[cs]e|copying|notice|model_license|use_policy)([-._ ].*)?$/i;
/** Repositories of many parts carry a handful. */
const MAX_LICENCES = 16;
const MAX_LICENCE_BYTES = 262_144;

/**
 * The prompt that a model's own chat template makes of a conversation, for a checkpoint as for a package. null: it has no template.
 * @throws runtime.templateFailed, checkpoint.templateInvalid, checkpoint.jsonInvalid, checkpoint.linkEscapes
 */
export async function previewChat(files: Files, location: string, name: string, messages: ChatPreviewRequest["messages"]): Promise<ChatPreview | null> {
  const directory = await openCheckpointDirectory(files, location);
  const file = await directory.file(PACKAGE_FILES.tokenizerConfig);
  const config = file === undefined ? {} : await readJsonObject(files, directory.directory, file, { limitBytes: MAX_CONFIG_BYTES, uniqueKeys: false });
  const template = await readChatTemplate(files, directory, config);
  if (template === null) return null;
  const prompt = await renderChat({ template: template.text, model: name, bosToken: tokenText(config["bos_token"]), eosToken: tokenText(config["eos_token"]), messages, addGenerationPrompt: true });
  return { template: template.text, prompt: prompt.slice(0, MAX_SHOWN_CHARACTERS), leftOutCharacters: Math.max(0, prompt.length - MAX_SHOWN_CHARACTERS) };
}

/** The licence texts that lie beside a model's weights, by file name. @throws checkpoint.notFound, checkpoint.linkEscapes, files.readFailed */
export async function readLicences(files: Files, location: string): Promise<Licence[]> {
  const directory = await openCheckpointDirectory(files, location);
  const licences: Licence[] = [];
  for (const name of directory.names.filter((one) => LICENCE_FILE.test(one)).slice(0, MAX_LICENCES)) {
    // Some repositories keep their licences in a folder of that name; its files are listed with the bundle.
    if ((await files.status(join(directory.directory, name)))?.kind === "directory") continue;
    const file = await directory.file(name);
    if (file === undefined) continue;
    licences.push({ file: name, bytes: file.bytes, isWhole: file.bytes <= MAX_LICENCE_BYTES, text: await readHead(files, join(directory.directory, name)) });
  }
  return licences;
}

async function readHead(files: Files, file: string): Promise<string> {
  const source = await files.open(file);
  try {
    const head = new Uint8Array(Math.min(source.bytes, MAX_LICENCE_BYTES));
    await source.read(head, 0);
    return new TextDecoder().decode(head);
  } finally {
    await source.close();
  }
}
