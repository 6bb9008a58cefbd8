import { isIP } from "node:net";
import type { WatchedSocket } from "../../../shared/schemas/egress.ts";

/*
 * strace -f -o FILE, one line a call:
 *   PID NAME(ARGUMENTS) = RESULT
 *   PID NAME(ARGUMENTS <unfinished ...>      …      PID <... NAME resumed>ARGUMENTS) = RESULT
 *   PID +++ exited with 0 +++                       PID --- SIGCHLD {…} ---
 * An address stands in braces: {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("8.8.8.8")}
 */
export interface NetworkTrace {
  readonly calls: number;
  readonly processes: number;
  /** Lines, or halves of calls, that are not as strace writes them: what they would have said is not known. */
  readonly unreadLines: number;
  readonly sockets: readonly WatchedSocket[];
}

const CALL = /^([a-z_][a-z0-9_]*)\(/;
const LINE = /^(\d+)\s+(.*)$/;
const RESUMED = /^<\.\.\. ([a-z_][a-z0-9_]*) resumed>\)?/;
const UNFINISHED = / ?<unfinished \.\.\.>$/;
/** An exit or a signal; a process that was killed within a call never finishes it. */
const EVENT = /^(\+\+\+ (exited with \d+|killed by \w+( \(core dumped\))?|superseded by execve in pid \d+) \+\+\+|--- .* ---|strace: .*)$/;
const FAMILY = /\bsa_family=(AF_[A-Z0-9_]+|0x[0-9a-f]+|\d+)/;

/** Families of which nothing leaves the kernel. */
const LOCAL_FAMILIES: ReadonlySet<string> = new Set(["AF_UNIX", "AF_LOCAL", "AF_NETLINK", "AF_UNSPEC"]);
const LOOKUP_PORT = 53;

/** Reads the text of a trace. What it cannot read it counts; it never throws. */
export function parseStrace(text: string): NetworkTrace {
  const begun = new Map<string, string>();
  const pids = new Set<string>();
  const found = new Map<string, { readonly socket: Omit<WatchedSocket, "calls" | "processes">; readonly calls: Map<string, number>; readonly pids: Set<string> }>();
  let [calls, unreadLines] = [0, 0];

  const see = (pid: string, call: string): void => {
    const name = CALL.exec(call)?.[1];
    const endpoints = name === undefined ? null : endpointsOf(name, call);
    if (name === undefined || endpoints === null) {
      unreadLines++;
      return;
    }
    calls++;
    for (const socket of endpoints) {
      const key = `${socket.scope} ${socket.family} ${socket.address} ${socket.port}`;
      const entry = found.get(key) ?? { socket, calls: new Map<string, number>(), pids: new Set<string>() };
      entry.calls.set(name, (entry.calls.get(name) ?? 0) + 1);
      entry.pids.add(pid);
      found.set(key, entry);
    }
  };

  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, pid, rest] = LINE.exec(line) ?? [];
    if (pid === undefined || rest === undefined) {
      unreadLines++;
      continue;
    }
    pids.add(pid);
    if (EVENT.test(rest)) {
      const open = rest.startsWith("+++") ? begun.get(pid) : undefined;
      // What it had said of the address before it was killed still counts.
      if (open !== undefined) see(pid, `${open}) = ?`);
      if (rest.startsWith("+++")) begun.delete(pid);
      continue;
    }
    const resumed = RESUMED.exec(rest);
    if (resumed !== null) {
      const beginning = begun.get(pid);
      begun.delete(pid);
      if (beginning === undefined || CALL.exec(beginning)?.[1] !== resumed[1]) unreadLines++;
      else see(pid, beginning + rest.slice(rest.indexOf("resumed>") + "resumed>".length));
      continue;
    }
    if (UNFINISHED.test(rest)) {
      if (begun.has(pid)) unreadLines++;
      begun.set(pid, rest.replace(UNFINISHED, ""));
    } else see(pid, rest);
  }
  // A trace that was cut off: what these went on to is not known.
  unreadLines += begun.size;
  const sockets = [...found.values()].map(({ socket, calls: byName, pids: seenIn }) => ({ ...socket, calls: Object.fromEntries([...byName].sort()), processes: seenIn.size }));
  return { calls, processes: pids.size, unreadLines, sockets: sockets.sort((a, b) => order(a).localeCompare(order(b), "en")) };
}

const SCOPES = ["outside", "lookup", "unseen", "loopback", "local"];
const order = ({ scope, family, address, port }: WatchedSocket): string => `${SCOPES.indexOf(scope)} ${family} ${address ?? ""} ${String(port ?? 0).padStart(5, "0")}`;

type Endpoint = Omit<WatchedSocket, "calls" | "processes">;

/** Where a call leads; empty for one that says nothing of it. null: not readable. */
function endpointsOf(name: string, call: string): Endpoint[] | null {
  const plain = withoutStrings(call);
  if (plain === null || !/\)\s+= (-?\d+|\?|0x[0-9a-f]+)/.test(plain)) return null;
  if (name === "socket" || name === "socketpair") {
    const family = /^socket(?:pair)?\((AF_[A-Z0-9_]+|0x[0-9a-f]+|\d+)/.exec(call)?.[1];
    if (family === undefined) return null;
    return [{ family, scope: LOCAL_FAMILIES.has(family) || family === "AF_INET" || family === "AF_INET6" ? "local" : "outside", address: null, port: null }];
  }
  // Its ring would do the rest without a call.
  if (name === "io_uring_setup") return /= \d+/.test(plain) ? [{ family: "io_uring", scope: "unseen", address: null, port: null }] : [];
  // The socket's own side: "0.0.0.0" before anything has happened.
  if (name === "getsockname") return [];
  const addresses = addressesIn(call);
  return addresses.includes(null) ? null : (addresses as Endpoint[]);
}

/** The call with every string emptied, so that a path cannot look like anything else; null where one does not end. */
function withoutStrings(call: string): string | null {
  const plain = call.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  return (plain.match(/"/g) ?? []).length % 2 === 0 ? plain : null;
}

/** Every address in a call; null for one that is cut off or odd. */
function addressesIn(call: string): (Endpoint | null)[] {
  const found: (Endpoint | null)[] = [];
  let inString = false;
  for (let at = 0; at < call.length; at++) {
    if (inString && call[at] === "\\") at++;
    else if (call[at] === '"') inString = !inString;
    else if (!inString && call.startsWith("sa_family=", at)) {
      const end = closingBrace(call, at);
      found.push(end < 0 ? null : endpointOf(call.slice(at, end)));
    }
  }
  return found;
}

function closingBrace(call: string, from: number): number {
  let [depth, inString] = [0, false];
  for (let at = from; at < call.length; at++) {
    if (inString && call[at] === "\\") at++;
    else if (call[at] === '"') inString = !inString;
    else if (!inString && call[at] === "{") depth++;
    else if (!inString && call[at] === "}" && depth-- === 0) return at;
  }
  return -1;
}

function endpointOf(text: string): Endpoint | null {
  const family = FAMILY.exec(text)?.[1];
  if (family === undefined) return null;
  if (family === "AF_INET" || family === "AF_INET6") {
    const address = (family === "AF_INET" ? /sin_addr=inet_addr\("([^"]*)"\)/ : /inet_pton\(AF_INET6, "([^"]*)"/).exec(text)?.[1];
    const port = /sin6?_port=htons\((\d+)\)/.exec(text)?.[1];
    if (address === undefined || port === undefined || isIP(address) === 0) return null;
    return { family, scope: scopeOf(address, Number(port)), address, port: Number(port) };
  }
  const path = /sun_path=(@?"(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  return { family, scope: LOCAL_FAMILIES.has(family) ? "local" : "outside", address: path ?? null, port: null };
}

/** Whoever listens on every address listens to the outside as well. */
function scopeOf(address: string, port: number): Endpoint["scope"] {
  if (!/^127\.|^::1$|^::ffff:127\./.test(address)) return "outside";
  return port === LOOKUP_PORT ? "lookup" : "loopback";
}
