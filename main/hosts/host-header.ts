import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";

/**
 * DNS rebinding: a page of evil.example, its name now pointing here, sends that name as Host. An address cannot be rebound, a name we are known by is
 * not evil's.
 * @param names by which this server is known, in lower case
 */
export function judgeHost(request: IncomingMessage, names: ReadonlySet<string>): "known" | "unknown" | "invalid" {
  const given = request.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host").length;
  const host = given === 1 ? hostName(request.headers.host ?? "") : null;
  if (host === null) return "invalid";
  const arrivedAt = (request.socket.localAddress ?? "").replace(/^::ffff:/, "");
  return names.has(host) || (isIP(host) !== 0 && host === arrivedAt) ? "known" : "unknown";
}

/** Without port, brackets and the root's dot, in lower case; null when it is no host. */
export function hostName(header: string): string | null {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::\d{1,5})?$/.exec(header);
  const name = match?.[1] ?? match?.[2];
  return name === undefined ? null : name.toLowerCase().replace(/\.$/, "");
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

export function isLoopback(host: string): boolean {
  const version = isIP(host);
  return version === 0 ? host.toLowerCase() === "localhost" : LOOPBACK.check(host, version === 6 ? "ipv6" : "ipv4");
}
