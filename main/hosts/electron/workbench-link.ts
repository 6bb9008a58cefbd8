import type { ChildProcess } from "node:child_process";
import type { MessageEvent, MessagePortMain } from "electron";
import type { ChooseRequest } from "../../../shared/schemas/choice.ts";
import { FromWorkbench, type ToWorkbench } from "./port-messages.ts";

/** As the web host has it: the longest call is a prompt, or a recipe of one's own. */
const MAX_MESSAGE_CHARACTERS = 4 * 2 ** 20;
/** One that falls at once again does so for a reason a person must be told. */
const STARTS = { most: 3, withinMs: 60_000 } as const;
const LOG_CHARACTERS = 8192;

export type PagePort = Pick<MessagePortMain, "postMessage" | "start" | "close"> & {
  on(event: "message", listener: (message: Pick<MessageEvent, "data">) => void): unknown;
  once(event: "close", listener: () => void): unknown;
};

export interface WorkbenchLinkOptions<Owner> {
  /** Starts the workbench's process, with a channel. */
  readonly start: () => ChildProcess;
  /** Opens the system's dialog over the window whose page asks. */
  readonly choose: (owner: Owner, request: ChooseRequest) => Promise<string | null>;
  /** The process fell and runs again: pages must connect anew. */
  readonly onRestart: () => void;
  /** It falls again and again. @param log its last words */
  readonly onGivenUp: (log: string) => void;
  /** Monotonic milliseconds. */
  readonly ticks: () => number;
}

export interface WorkbenchLink<Owner> {
  /** Joins a page's port to the workbench until either closes. */
  connect(port: PagePort, owner: Owner): void;
  /** Starts again after it was given up. */
  restart(): void;
  /** Lets the process put down what it holds, and waits for its end. */
  stop(): Promise<void>;
}

/** Carries messages between pages and the workbench's process, and starts that again when it falls. Jobs are processes of their own and do not notice. */
export function createWorkbenchLink<Owner>(options: WorkbenchLinkOptions<Owner>): WorkbenchLink<Owner> {
  const ports = new Map<number, { readonly port: PagePort; readonly owner: Owner }>();
  const starts: number[] = [];
  let opened = 0;
  let log = "";
  let isStopping = false;
  let child = start();

  function start(): ChildProcess {
    starts.push(options.ticks());
    const started = options.start();
    const listen = (chunk: Buffer): void => void (log = (log + chunk.toString("utf8")).slice(-LOG_CHARACTERS));
    started.stdout?.on("data", listen);
    started.stderr?.on("data", listen);
    started.on("message", (message) => receive(message));
    // "error" without "exit": it could not be started at all.
    let isOver = false;
    const over = (reason: string): void => {
      if (isOver) return;
      isOver = true;
      log += reason;
      fallen();
    };
    started.once("error", (error) => over(error.message));
    started.once("exit", (code, signal) => over(signal ?? `status ${code}`));
    return started;
  }

  function fallen(): void {
    for (const { port } of ports.values()) port.close();
    ports.clear();
    if (isStopping) return;
    const recent = starts.filter((at) => options.ticks() - at < STARTS.withinMs);
    if (recent.length >= STARTS.most) options.onGivenUp(log);
    else again();
  }

  function again(): void {
    child = start();
    options.onRestart();
  }

  function tell(message: ToWorkbench): void {
    // A message to one that is just falling is lost with it; the page hears its port close.
    if (child.connected) child.send(message, () => {});
  }

  function receive(given: unknown): void {
    const message = FromWorkbench.parse(given);
    const page = ports.get(message.port);
    if (message.kind === "message") page?.port.postMessage(message.data);
    else void answer(message, page?.owner);
  }

  /** A dialog that could not be shown, or whose page is gone, chose nothing. */
  async function answer({ question, request }: Extract<FromWorkbench, { kind: "choose" }>, owner: Owner | undefined): Promise<void> {
    const path = owner === undefined ? null : await options.choose(owner, request).catch(() => null);
    tell({ kind: "chosen", question, path });
  }

  return {
    connect: (port, owner) => {
      const id = ++opened;
      const close = (): void => {
        if (ports.delete(id)) tell({ kind: "close", port: id });
      };
      ports.set(id, { port, owner });
      tell({ kind: "open", port: id });
      port.on("message", ({ data }) => {
        if (typeof data === "string" && data.length <= MAX_MESSAGE_CHARACTERS) return tell({ kind: "message", port: id, data });
        close();
        port.close();
      });
      port.once("close", close);
      port.start();
    },
    restart: () => {
      starts.length = 0;
      log = "";
      again();
    },
    stop: async () => {
      isStopping = true;
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
      if (child.connected) child.disconnect();
      const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      await gone;
      clearTimeout(late);
    },
  };
}

/** An engine that computes a step ends after it. */
const STOP_MS = 10_000;
