import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { ContractRouterClient } from "@orpc/contract";
import type { contract } from "../../../shared/contract.ts";
import type { HomePaths } from "../../api/workbench.ts";
import type { Files } from "../../domain/files.ts";
import { homeDirectory, homePaths } from "../home-paths.ts";
import type { CommandIo } from "./command-io.ts";

export type Client = ContractRouterClient<typeof contract>;

export interface Connection {
  readonly client: Client;
  readonly files: Files;
  close(): Promise<void>;
}

/** One run of the command: its surroundings, and the workbench once something asks for it. */
export interface CommandSession {
  readonly io: CommandIo;
  readonly home: HomePaths;
  readonly json: boolean;
  connect(): Promise<Connection>;
  /** An absolute path, from where the command was started. */
  path(text: string): string;
  /** A model or bundle: what looks like a path becomes an absolute one; anything else is an id or a name. */
  reference(text: string): string;
  close(): Promise<void>;
}

export function createSession(io: CommandIo, options: { readonly home?: string; readonly json?: boolean }): CommandSession {
  const { surroundings } = io;
  const home = homePaths(homeDirectory(options.home, surroundings));
  let connection: Promise<Connection> | null = null;
  const path = (text: string): string => resolve(surroundings.workingDirectory, text);
  return {
    io,
    home,
    json: options.json === true,
    connect: () => (connection ??= connectInProcess(home.root)),
    path,
    reference: (text) => (/[\\/]/.test(text) || text === "." || text === ".." || isOurs(path(text)) ? path(text) : text),
    close: async () => {
      const open = connection;
      connection = null;
      // A connection that never came about has said so to whoever asked for it.
      if (open !== null) await open.then((made) => made.close(), () => {});
    },
  };
}

/** A bare word is a path when a checkpoint, package, bundle, delta or config.json of that name lies in the working directory; otherwise the store knows it. */
function isOurs(path: string): boolean {
  return existsSync(path) && (path.endsWith(".json") || ["config.json", "model.json", "oci-layout", "current.json", "delta.json"].some((file) => existsSync(resolve(path, file))));
}

/** The workbench in this process. Imported late: help and usage errors need neither a database nor the contract. */
async function connectInProcess(root: string): Promise<Connection> {
  const [{ createRouterClient }, { router }, { composeWorkbench }] = await Promise.all([import("@orpc/server"), import("../../api/router.ts"), import("../compose.ts")]);
  const workbench = await composeWorkbench(root);
  return { client: createRouterClient(router, { context: { workbench } }), files: workbench.files, close: workbench.close };
}
