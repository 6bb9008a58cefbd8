import type { HostRun, HostText } from "../../domain/host.ts";

/** What a command's pasted output says about how it ended: whoever pastes seldom adds the exit code. */
export function answerOf(command: string, text: string): HostRun {
  const first = text.trim().split("\n", 4).join("\n");
  const name = escaped(command.split("/").at(-1) ?? "");
  if (new RegExp(`${name}: (command )?not found|${name}: No such file or directory`).test(first)) return { kind: "missing" };
  if (new RegExp(`${name}: Permission denied`, "i").test(first)) return { kind: "denied" };
  return { kind: "exited", exitCode: exitCodeOf(command, text), stdout: text, stderr: "" };
}

/** npu-smi ends with the low byte of its library's (negative) result, nvidia-smi with NVML's own number. */
function exitCodeOf(command: string, text: string): number {
  if (/npu-smi$/.test(command)) {
    const isTable = /^\s*\|\s*\d+\s/m.test(text);
    const results = [...text.matchAll(/\bret is (-?\d{1,6})/g)].map((match) => Number(match[1]));
    return isTable || results.length === 0 ? 0 : (results.at(-1) ?? 0) & 0xff;
  }
  if (/nvidia-smi$/.test(command)) {
    if (/^NVIDIA-SMI has failed/m.test(text)) return 9;
    if (/Driver\/library version mismatch/.test(text)) return 18;
    if (/^Failed to initialize NVML: Insufficient Permissions/m.test(text)) return 4;
    if (/^Failed to initialize NVML/m.test(text)) return 255;
    if (/^No devices were found/m.test(text)) return 6;
  }
  return 0;
}

/** What `cat` shows of a file. */
export function contentOf(path: string, text: string): HostText {
  const only = text.trim();
  if (!only.includes("\n") && new RegExp(`^(cat|head|more|less|tail): .*${escaped(path)}.*: No such file or directory$`).test(only)) return { kind: "absent" };
  if (!only.includes("\n") && new RegExp(`^(cat|head|more|less|tail): .*${escaped(path)}.*: Permission denied$`).test(only)) return { kind: "denied" };
  return { kind: "text", text, isCut: false };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
