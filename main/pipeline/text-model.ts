import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { CompletionPrompt } from "../domain/completion.ts";
import type { Files } from "../domain/files.ts";
import { type ModelPackage, PACKAGE_FILES } from "../domain/model-package.ts";
import { renderChat } from "../runtime/chat-template.ts";
import { loadTokenTexts, type TokenTexts } from "../runtime/token-texts.ts";
import { loadTokenizer, type Tokenizer } from "../runtime/tokenizer.ts";

/** DeepSeek R1's template is 3 KB, the longest known 30 KB. */
const MAX_TEMPLATE_BYTES = 2 ** 20;

/** The half of a package that speaks text. Kept by servers: a large tokenizer takes a second to read. */
export interface TextModel {
  readonly package: ModelPackage;
  readonly tokenizer: Tokenizer;
  readonly chatTemplate: string | null;
  /** Read at the first use: most callers never ask for single tokens. */
  tokenTexts(): Promise<TokenTexts>;
}

/** @throws runtime.noTokenizer, checkpoint.tokenizerInvalid */
export async function openTextModel(files: Files, model: ModelPackage): Promise<TextModel> {
  const tokenizer = await loadTokenizer(files, model.directory);
  const file = path.join(model.directory, PACKAGE_FILES.chatTemplate);
  const hasTemplate = (await files.status(file)) !== undefined;
  const chatTemplate = hasTemplate ? new TextDecoder().decode(await files.readAll(file, MAX_TEMPLATE_BYTES)) : null;
  let texts: Promise<TokenTexts> | null = null;
  return { package: model, tokenizer, chatTemplate, tokenTexts: () => (texts ??= loadTokenTexts(files, model.directory, tokenizer)) };
}

/**
 * A plain prompt gets the tokenizer's own beginning-of-text; a chat template writes its own.
 * @throws runtime.noChatTemplate, runtime.templateFailed
 */
export async function encodePrompt({ package: model, tokenizer, chatTemplate }: TextModel, prompt: CompletionPrompt): Promise<readonly number[]> {
  switch (prompt.kind) {
    case "tokens":
      return prompt.ids;
    case "text": {
      const { bosTokenId } = model.manifest.spec;
      const ids = tokenizer.encode(prompt.text, { addSpecialTokens: true });
      return bosTokenId !== null && ids[0] !== bosTokenId ? [bosTokenId, ...ids] : ids;
    }
    case "chat": {
      const { name } = model.manifest;
      if (chatTemplate === null) throw new WorkbenchError("runtime.noChatTemplate", { model: name });
      const text = await renderChat({ template: chatTemplate, model: name, bosToken: tokenizer.bosToken, eosToken: tokenizer.eosToken, messages: prompt.messages, addGenerationPrompt: true });
      return tokenizer.encode(text, { addSpecialTokens: false });
    }
    default:
      return prompt satisfies never;
  }
}
