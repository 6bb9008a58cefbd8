/**
 * A word of a command line. Most are plain text; on several nodes two things are known at the site alone: the leader's address, and (under Kubernetes)
 * which node this is.
 */
export type Word =
  | string
  | { readonly kind: "leader"; readonly suffix: string }
  | { readonly kind: "rank"; readonly times: number }
  /** A variable of the engine's that takes one of the site's: NODE_ADDRESS, NETWORK_INTERFACE. Units and compose files alone have it. */
  | { readonly kind: "setting"; readonly name: string; readonly from: string };

export const leader = (suffix = ""): Word => ({ kind: "leader", suffix });
/** The node's number, times so many. */
export const rank = (times = 1): Word => ({ kind: "rank", times });

const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** A word that a POSIX shell takes as it is. */
export const shellQuoted = (text: string): string => (PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** For `sh -c` in a pod of a LeaderWorkerSet, which knows both from its environment. */
export const podWord = (word: Word): string => {
  if (typeof word === "string") return shellQuoted(word);
  if (word.kind === "leader") return `"$LWS_LEADER_ADDRESS"${word.suffix}`;
  if (word.kind === "setting") return `"$${word.from}"`;
  return word.times === 1 ? '"$LWS_WORKER_INDEX"' : `"$((LWS_WORKER_INDEX * ${word.times}))"`;
};

/** For compose, which fills in variables of its environment itself; a dollar that is meant is doubled. */
export const composeWord = (node: number) => (word: Word): string => {
  if (typeof word === "string") return word.replaceAll("$", "$$$$");
  if (word.kind === "setting") return `${word.name}=\${${word.from}:?}`;
  return word.kind === "leader" ? `\${LEADER_ADDRESS:?the address of the first node}${word.suffix}` : String(node * word.times);
};

/** For ExecStart= of systemd (systemd.service(5), "Command lines"): quoted, with % and $ doubled where they are meant. */
export const unitWord = (node: number) => (word: Word): string => {
  if (typeof word !== "string" && word.kind === "setting") return `${word.name}=\${${word.from}}`;
  if (typeof word !== "string") return word.kind === "leader" ? `\${LEADER_ADDRESS}${word.suffix}` : String(node * word.times);
  const escaped = word.replaceAll("%", "%%").replaceAll("$", "$$$$");
  return PLAIN.test(word) ? escaped : `"${escaped.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
};
