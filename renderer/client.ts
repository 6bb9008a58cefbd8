import { createORPCClient } from "@orpc/client";
import { RPCLink as HttpLink } from "@orpc/client/fetch";
import { RPCLink as PortLink } from "@orpc/client/message-port";
import type { ContractRouterClient } from "@orpc/contract";
import type { contract } from "../shared/contract.ts";

export type Client = ContractRouterClient<typeof contract>;

/** What Electron's preload leaves in the page, and nothing else: its presence says that a port is to be asked for. */
interface PortOffer {
  readonly transport: "port";
}

/** What is posted to the window together with the port's other end; the preload carries that end to the main process. */
const PORT_REQUEST = "sallyport:connect";

/** A client of the workbench, over whichever wire this page has. Nobody else in the renderer knows which. */
export function createClient(): Client {
  const offer = (globalThis as { readonly sallyport?: PortOffer }).sallyport;
  return offer?.transport === "port" ? overPort() : overHttp();
}

function overHttp(): Client {
  return createORPCClient(new HttpLink({ url: new URL("/rpc", location.origin).href, fetch: (request, init) => fetch(request, { ...init, credentials: "same-origin" }) }));
}

function overPort(): Client {
  const { port1, port2 } = new MessageChannel();
  const client: Client = createORPCClient(new PortLink({ port: port1 }));
  port1.start();
  window.postMessage(PORT_REQUEST, location.origin === "null" ? "*" : location.origin, [port2]);
  return client;
}
