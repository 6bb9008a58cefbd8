import type { EgressEvidence, EgressVerdict } from "../../../shared/schemas/egress.ts";
import { formatCount, formatDuration } from "./format-units.ts";
import { fieldList, textTable } from "./text-table.ts";

const VERDICTS: Readonly<Record<EgressVerdict, string>> = {
  none: "Nothing left: every socket of every process was seen, and none led out of this machine.",
  confined: "The job ran where no network is. Nobody watched what it tried: install strace for that.",
  outside: "Something tried to leave.",
  unclear: "The trace does not show everything: it proves nothing.",
};

/** What was run, how it was kept in and watched, and every socket that was opened. */
export function evidenceText(evidence: EgressEvidence, file: string, digest: string): string {
  const { namespace, trace, versions, sockets } = evidence;
  const head = fieldList([
    ["namespace", namespace.used ? `${namespace.what}; inside: ${namespace.interfaces.join(", ") || "no interface"}` : `not used: ${namespace.what}`],
    ["trace", trace.used ? `${trace.what}; ${formatCount(trace.calls)} calls of ${formatCount(trace.processes)} processes and threads` : `not used: ${trace.what}`],
    ["versions", `Sallyport ${versions.sallyport}, Node ${versions.node}, ONNX Runtime ${versions.runtime}, Linux ${versions.kernel}${versions.strace === null ? "" : `, ${versions.strace}`}`],
  ]);
  const steps = textTable([{ title: "COMMAND" }, { title: "TIME", align: "right" }], evidence.steps.map(({ command, seconds }) => [command, formatDuration(seconds)]));
  const seen = sockets.length === 0 ? "No sockets." : textTable([{ title: "SOCKETS" }, { title: "FAMILY" }, { title: "TO" }, { title: "CALLS" }],
    sockets.map(({ scope, family, address, port, calls }) => [scope, family, address === null ? "nowhere" : `${address}${port === null ? "" : ` port ${port}`}`, Object.entries(calls).map(([name, count]) => `${name} ${count}`).join(", ")]));
  return `${VERDICTS[evidence.verdict]}\n${head}\n\n${steps}\n\n${trace.used ? `${seen}\n\n` : ""}${fieldList([["evidence", file], ["digest", digest]])}`;
}
