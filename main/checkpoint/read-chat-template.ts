import { Template } from "@huggingface/jinja";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Checkpoint } from "../domain/checkpoint.ts";
import type { Files } from "../domain/files.ts";
import type { CheckpointDirectory } from "./checkpoint-directory.ts";
import { isJsonObject, readText } from "./read-json-object.ts";

/** Stops templates that keep the parser busy. Largest honest template: about 20 KB. */
const TEMPLATE_CHARACTERS_LIMIT = 262_144;
/** The parser trims by patterns that take quadratic time on white space: 200 KB of it take it a minute. Honest runs are an indentation, below 100. */
const WHITE_SPACE_RUN_LIMIT = 1000;

/**
 * The chat template: `chat_template.jinja` if there is one (it wins, as in transformers), else `chat_template` of tokenizer_config.json, which is the text or
 * a list of named texts ("default" is taken, else the first). Its syntax is checked; nothing is rendered.
 * @throws checkpoint.templateInvalid, checkpoint.jsonInvalid, checkpoint.linkEscapes
 */
export async function readChatTemplate(files: Files, directory: CheckpointDirectory, tokenizerConfig: Readonly<Record<string, unknown>> | null): Promise<Checkpoint["chatTemplate"]> {
  const file = await directory.file("chat_template.jinja");
  if (file !== undefined) {
    if (file.bytes > TEMPLATE_CHARACTERS_LIMIT) throw invalid(file.path, `${file.bytes} bytes; the limit is ${TEMPLATE_CHARACTERS_LIMIT}`);
    return checked(file.path, await readText(files, directory.directory, file, TEMPLATE_CHARACTERS_LIMIT));
  }
  const source = "tokenizer_config.json";
  const found = tokenizerConfig?.["chat_template"];
  if (found === undefined || found === null) return null;
  const text = typeof found === "string" ? found : Array.isArray(found) ? pickNamed(found) : undefined;
  if (text === undefined) throw invalid(source, "chat_template is neither a text nor a list of { name, template }");
  return checked(source, text);
}

function pickNamed(templates: readonly unknown[]): string | undefined {
  const named = templates.map((entry) => (isJsonObject(entry) && typeof entry["template"] === "string" ? { name: entry["name"], template: entry["template"] } : undefined));
  if (named.includes(undefined)) return undefined;
  return (named.find((entry) => entry?.name === "default") ?? named[0])?.template;
}

function checked(source: string, text: string): { source: string; text: string } {
  if (text.length > TEMPLATE_CHARACTERS_LIMIT) throw invalid(source, `${text.length} characters; the limit is ${TEMPLATE_CHARACTERS_LIMIT}`);
  if (hasLongWhiteSpace(text)) throw invalid(source, `more than ${WHITE_SPACE_RUN_LIMIT} white space characters in a row`);
  try {
    new Template(text);
  } catch (error) {
    // Deeply nested expressions end as a RangeError of the recursive parser; every failure here is the template's.
    throw invalid(source, error instanceof Error ? error.message.slice(0, 200) : "not a template");
  }
  return { source, text };
}

function hasLongWhiteSpace(text: string): boolean {
  let run = 0;
  for (let position = 0; position < text.length; position++) {
    const code = text.charCodeAt(position);
    run = code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0x80 && /\s/.test(text.charAt(position))) ? run + 1 : 0;
    if (run > WHITE_SPACE_RUN_LIMIT) return true;
  }
  return false;
}

function invalid(file: string, reason: string): WorkbenchError {
  return new WorkbenchError("checkpoint.templateInvalid", { file, reason });
}
