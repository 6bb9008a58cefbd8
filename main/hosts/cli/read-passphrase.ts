import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { Option } from "commander";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { CommandSession } from "./command-session.ts";

export interface PassphraseOptions {
  readonly passphraseFile?: string;
}

export const passphraseOption = (): Option => new Option("--passphrase-file <file>", "its first line is the passphrase (else $SALLYPORT_PASSPHRASE, else it is asked for)");

const MAX_FILE_BYTES = 4096;
const ENCRYPTED = /BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/;

/** The passphrase of a key that has one; nothing for a key that is not encrypted. Never from the command line, which every user of the machine can read. */
export async function readPassphrase(session: CommandSession, options: PassphraseOptions, keyFile: string): Promise<{ passphrase?: string }> {
  const given = await givenPassphrase(session, options);
  if (given !== undefined) return { passphrase: given };
  const { files } = await session.connect();
  const isEncrypted = ENCRYPTED.test(Buffer.from(await files.readAll(keyFile, 64 * 1024)).toString("latin1"));
  if (!isEncrypted || session.io.terminal === undefined) return {};
  return { passphrase: await ask(session, `Passphrase of ${keyFile}: `) };
}

/** For a new key: asked for twice. @throws usage.invalid */
export async function choosePassphrase(session: CommandSession, options: PassphraseOptions): Promise<string> {
  const given = await givenPassphrase(session, options);
  if (given !== undefined) return given;
  if (session.io.terminal === undefined) throw new WorkbenchError("usage.invalid", { reason: "the key needs a passphrase: give --passphrase-file or SALLYPORT_PASSPHRASE" });
  const chosen = await ask(session, "Passphrase for the new key: ");
  if (chosen !== (await ask(session, "The same once more: "))) throw new WorkbenchError("usage.invalid", { reason: "the two are not the same; no key was made" });
  return chosen;
}

async function givenPassphrase(session: CommandSession, { passphraseFile }: PassphraseOptions): Promise<string | undefined> {
  const { env } = session.io.surroundings;
  if (passphraseFile === undefined) return env["SALLYPORT_PASSPHRASE"] || undefined;
  const { files } = await session.connect();
  const file = session.path(passphraseFile);
  const first = Buffer.from(await files.readAll(file, MAX_FILE_BYTES)).toString("utf8").split(/\r?\n/)[0] ?? "";
  if (first === "") throw new WorkbenchError("usage.invalid", { reason: `the first line of ${file} is empty` });
  return first;
}

/** One line from the terminal that does not show. */
function ask({ io }: CommandSession, question: string): Promise<string> {
  const { terminal } = io;
  if (terminal === undefined) throw new WorkbenchError("usage.invalid", { reason: "there is no terminal to ask at" });
  terminal.output.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: terminal.input, output: silent, terminal: true });
  return new Promise((resolve, reject) => {
    let answered = false;
    lines.once("line", (line) => {
      answered = true;
      lines.close();
      if (line === "") reject(new WorkbenchError("usage.invalid", { reason: "the passphrase is empty" }));
      else resolve(line);
    });
    lines.once("SIGINT", () => lines.close());
    lines.once("close", () => {
      terminal.output.write("\n");
      if (!answered) reject(new WorkbenchError("usage.invalid", { reason: "no passphrase was given" }));
    });
  });
}
