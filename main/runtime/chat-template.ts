import { Worker } from "node:worker_threads";
import { WorkbenchError } from "../../shared/errors.ts";
import type { ChatMessage } from "../../shared/schemas/generation.ts";

/** An honest template renders in milliseconds; `range(10**9)` would hold the thread for good. */
const TIME_LIMIT_MS = 10_000;
/** An honest rendering is the conversation and a few tags; a loop that doubles a string would take all memory. */
const MEMORY_LIMIT_MB = 256;
const MAX_RENDERED_CHARACTERS = 64 * 2 ** 20;

export interface ChatRendering {
  readonly template: string;
  /** For error messages. */
  readonly model: string;
  readonly bosToken: string;
  readonly eosToken: string;
  readonly messages: readonly ChatMessage[];
  readonly addGenerationPrompt: boolean;
}

/**
 * Renders a conversation with the model's own template. Templates come with checkpoints and are programs: this one runs in a thread of its
 * own, with a limit on time and memory, and reaches nothing but the messages.
 * @throws runtime.templateFailed
 */
export async function renderChat(rendering: ChatRendering): Promise<string> {
  const { template, model, messages, bosToken, eosToken, addGenerationPrompt } = rendering;
  const failed = (reason: string): WorkbenchError => new WorkbenchError("runtime.templateFailed", { model, reason });
  const worker = new Worker(new URL("./render-template-worker.ts", import.meta.url), {
    workerData: { template, variables: { messages, bos_token: bosToken, eos_token: eosToken, add_generation_prompt: addGenerationPrompt } },
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_LIMIT_MB, maxYoungGenerationSizeMb: 32 },
    stdout: true,
    stderr: true,
    env: {},
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<string>((resolve, reject) => {
      timer = setTimeout(() => reject(failed(`it was still running after ${TIME_LIMIT_MS / 1000} s`)), TIME_LIMIT_MS);
      worker.on("message", (reply: { text: string } | { reason: string }) => {
        if ("reason" in reply) reject(failed(reply.reason));
        else if (reply.text.length > MAX_RENDERED_CHARACTERS) reject(failed(`it renders to ${reply.text.length} characters`));
        else resolve(reply.text);
      });
      worker.on("error", (error) => reject(failed(error.message)));
      worker.on("exit", (code) => reject(failed(`it ended with code ${code}`)));
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
