import { EventEmitter } from "node:events";
import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/message-port";
import type { ContractRouterClient } from "@orpc/contract";
import type { PagePort } from "../../../main/hosts/electron/workbench-link.ts";
import type { contract } from "../../../shared/contract.ts";

export interface PortPair {
  /** The end that the window's process gets. */
  readonly port: PagePort & { readonly isClosed: boolean };
  /** The page's client on the other. */
  readonly client: ContractRouterClient<typeof contract>;
  /** Anything at all from the page's side. */
  post(data: unknown): void;
  /** As when the page goes. */
  leave(): void;
}

/** A port as Electron makes one: messages cross later, as copies, and only once it was started. */
export function portPair(): PortPair {
  const near = new EventEmitter();
  const far = new EventTarget();
  let isClosed = false;
  let isStarted = false;
  const early: unknown[] = [];
  const deliver = (data: unknown): void => void setImmediate(() => isClosed || near.emit("message", { data: structuredClone(data) }));
  const post = (data: unknown): void => void (isStarted ? deliver(data) : early.push(data));
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    far.dispatchEvent(new Event("close"));
    near.emit("close");
  };
  const port = Object.assign(near, {
    start: () => {
      isStarted = true;
      early.splice(0).forEach(deliver);
    },
    postMessage: (data: unknown) => void setImmediate(() => isClosed || far.dispatchEvent(new MessageEvent("message", { data: structuredClone(data) }))),
    close,
  });
  Object.defineProperty(port, "isClosed", { get: () => isClosed });
  const page = Object.assign(far, { postMessage: post });
  return { port: port as unknown as PortPair["port"], client: createORPCClient(new RPCLink({ port: page as unknown as ConstructorParameters<typeof RPCLink>[0]["port"] })), post, leave: close };
}
