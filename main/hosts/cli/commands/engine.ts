import { type Command, Option } from "commander";
import { WorkbenchError } from "../../../../shared/errors.ts";
import { ENGINE_PREFIX, type RemoteEngine } from "../../../../shared/schemas/engine.ts";
import type { CommandSession } from "../command-session.ts";
import { defineCommand, defineGroup, type Execute } from "../define-command.ts";
import { formatMilliseconds } from "../format-units.ts";
import { readInput } from "../read-input.ts";
import { printable, textTable } from "../text-table.ts";

interface AddOptions {
  readonly model?: string;
  readonly keyFile?: string;
}

/** A key is a line; a file of this size is something else. */
const MAX_KEY_FILE_BYTES = 16 * 1024;

export function addEngineCommands(program: Command, execute: Execute): void {
  const group = defineGroup(program, "engine", "engines elsewhere: servers with the OpenAI HTTP API that you name", [["sallyport engine add gpu-box http://10.0.0.7:8000", "name a server of your site"], ["sallyport engine ls", "those that are named"]]);

  defineCommand(group, execute, {
    usage: "ls",
    summary: "list the engines that are named",
    examples: [["sallyport engine ls", "names, addresses and models"]],
    run: async (session) => {
      const engines = await (await session.connect()).client.engine.list();
      const text = engines.length === 0
        ? "No engine is named yet. Name one: sallyport engine add <name> <address>"
        : textTable([{ title: "NAME" }, { title: "ADDRESS" }, { title: "MODEL" }, { title: "KEY" }], engines.map(({ name, url, model, hasKey }) => [name, url, model, hasKey ? "kept" : "none"]));
      return { json: { engines: engines.map(identified) }, text };
    },
  });

  defineCommand<AddOptions>(group, execute, {
    usage: "add <name> <address>",
    summary: "name a server",
    description: [
      "Names the address of a server with the OpenAI HTTP API (vLLM, SGLang, MindIE, TensorRT-LLM, llama.cpp's, another Sallyport). It is then asked as engine:NAME wherever a package is.",
      "Nothing is sent to an address that nobody named; redirects are not followed and proxies of the environment are not used. Whoever answers at the address reads the prompts that you send it.",
      "The key is kept in the home, in a file that only its owner can read; it stands in no report, log or audit entry.",
    ].join("\n\n"),
    options: [
      new Option("--model <name>", "what the server calls the model (the only one it offers, unless said)"),
      new Option("--key-file <file>", 'file that holds the key, "-" for a pipe; a key on the command line could be read by every user of the machine'),
    ],
    examples: [
      ["sallyport engine add gpu-box http://10.0.0.7:8000 --model deepseek-ai/DeepSeek-R1", "a server of your site"],
      ["pass show llm | sallyport engine add shared https://llm.example/v1 --key-file -", "one that asks for a key"],
    ],
    run: async (session, [name = "", url = ""], { model, keyFile }) => {
      const { client, files } = await session.connect();
      const key = keyFile === undefined ? {} : { key: await readKey(session, files, keyFile) };
      const engine = await client.engine.add({ name, url, ...(model === undefined ? {} : { model }), ...key });
      return { json: { id: engine.name, engine: identified(engine) }, text: `Named ${engine.name}: ${printable(engine.model)} at ${printable(engine.url)}. Ask it with: sallyport run ${ENGINE_PREFIX}${engine.name} --chat` };
    },
  });

  defineCommand(group, execute, {
    usage: "check <name>",
    summary: "ask a server for its models",
    description: "Asks a named engine, or a server at an address that has no name yet, which models it offers.",
    examples: [["sallyport engine check gpu-box", "does it answer, and has it the model?"], ["sallyport engine check http://127.0.0.1:8000", "what does this server offer?"]],
    run: async (session, [named = ""]) => {
      const { client } = await session.connect();
      const check = await client.engine.check(/^[a-z]+:\/\//i.test(named) ? { url: named } : { engine: named });
      const missing = check.isModelOffered === false ? "\nThe model that it was named with is not among them." : "";
      return {
        json: { id: named, check }, text: `${printable(check.url)} answered in ${formatMilliseconds(check.elapsedMs)}.\n${check.models.length === 0 ? "It offers no model." : check.models.map((model) => `  ${printable(model)}`).join("\n")}${missing}`,
        ...(check.isModelOffered === false ? { status: "failed" as const } : {}),
      };
    },
  });

  defineCommand(group, execute, {
    usage: "rm <name>",
    summary: "forget an engine and its key",
    examples: [["sallyport engine rm gpu-box", "it is spoken to no more"]],
    run: async (session, [name = ""]) => {
      const engine = await (await session.connect()).client.engine.remove({ engine: name });
      return { json: { id: engine.name, engine: identified(engine) }, text: `Forgot ${engine.name} (${printable(engine.url)}).` };
    },
  });
}

const identified = (engine: RemoteEngine): Record<string, unknown> => ({ id: engine.name, ...engine });

async function readKey(session: CommandSession, files: { readAll(path: string, limitBytes: number): Promise<Uint8Array> }, file: string): Promise<string> {
  const key = (file === "-" ? await readInput(session.io.stdin) : new TextDecoder().decode(await files.readAll(session.path(file), MAX_KEY_FILE_BYTES))).trim();
  // Its words would stand in the refusal of the schema.
  if (!/^[\x21-\x7e]{1,4096}$/.test(key)) throw new WorkbenchError("usage.invalid", { reason: "the key must be one line of letters, digits and signs" });
  return key;
}
