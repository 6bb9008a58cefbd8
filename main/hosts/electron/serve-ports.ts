import { RPCHandler } from "@orpc/server/message-port";
import { router } from "../../api/router.ts";
import type { Workbench } from "../../api/workbench.ts";
import { type FromWorkbench, ToWorkbench } from "./port-messages.ts";

/** Answers the calls of every page's port, in the workbench's process. @returns what to do with each message from the window's process */
export function servePorts(workbench: Workbench, send: (message: FromWorkbench) => void): (message: unknown) => void {
  const handler = new RPCHandler(router);
  const ports = new Map<number, PagePort>();
  const questions = new Map<number, (path: string | null) => void>();
  let asked = 0;

  const open = (id: number): void => {
    const port = new PagePort((data) => send({ kind: "message", port: id, data }));
    ports.set(id, port);
    const choose = (request: Extract<FromWorkbench, { kind: "choose" }>["request"]): Promise<string | null> => {
      const question = ++asked;
      send({ kind: "choose", port: id, question, request });
      return new Promise((resolve) => questions.set(question, resolve));
    };
    handler.upgrade(port, { context: { workbench, desktop: { choose } } });
  };

  return (given) => {
    const message = ToWorkbench.parse(given);
    switch (message.kind) {
      case "open":
        open(message.port);
        break;
      case "message":
        ports.get(message.port)?.dispatchEvent(new MessageEvent("message", { data: message.data }));
        break;
      case "close":
        ports.get(message.port)?.dispatchEvent(new Event("close"));
        ports.delete(message.port);
        break;
      case "chosen":
        questions.get(message.question)?.(message.path);
        questions.delete(message.question);
        break;
      default:
        message satisfies never;
    }
  };
}

/** The far end of a page's port, as oRPC wants to see it. */
class PagePort extends EventTarget {
  readonly #send: (data: string) => void;

  constructor(send: (data: string) => void) {
    super();
    this.#send = send;
  }

  postMessage(data: unknown): void {
    if (typeof data !== "string") throw new TypeError("only text crosses to a page");
    this.#send(data);
  }
}
