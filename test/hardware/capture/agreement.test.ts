import { expect, it } from "vitest";
import type { Host } from "../../../main/domain/host.ts";
import { ASCEND_PROBES } from "../../../main/hardware/ascend/ascend-probes.ts";
import { describeMachine } from "../../../main/hardware/describe-machine.ts";
import { MACHINE_PROBES } from "../../../main/hardware/machine-probes.ts";
import { NVIDIA_PROBES } from "../../../main/hardware/nvidia/nvidia-probes.ts";
import { openRecordedHost } from "../../../main/hardware/recorded-host.ts";
import { parseCapture } from "../../../main/hardware/recording/parse-capture.ts";
import { createNodeHost } from "../../../main/hosts/node-host.ts";
import type { Machine } from "../../../shared/schemas/machine.ts";
import { fakeMachine, shells } from "./fake-machine.ts";

const [shell] = shells();

async function captureOfThisMachine(): Promise<Host> {
  const machine = fakeMachine();
  const { stdout } = await machine.run(shell ?? { name: "sh", argv: ["sh"], programs: "/usr/bin:/bin" }, { env: { ...(process.env as Record<string, string>), PATH: process.env["PATH"] ?? "" } });
  machine.remove();
  return openRecordedHost(parseCapture(stdout, "site.json"));
}

/** What a moment changes: free memory and disk, the clock, ids of processes. */
function withoutMoment(machine: Machine): unknown {
  const still = structuredClone(machine) as Record<string, unknown> & Machine;
  return {
    ...still, observation: null,
    memory: { ...still.memory, availableBytes: null, limitUsedBytes: null, usableBytes: null },
    numa: still.numa.map((node) => ({ ...node, freeBytes: null })),
    disks: still.disks.map((disk) => ({ ...disk, freeBytes: null })),
  };
}

it("this machine described from its capture is this machine described live, in all that does not move", async () => {
  const live = await describeMachine(createNodeHost({ now: () => 0, ticks: () => performance.now() }), { home: null, measure: false });
  const captured = await describeMachine(await captureOfThisMachine(), { home: null, measure: false });
  expect(captured.observation.how).toBe("capture");
  expect(withoutMoment(captured)).toEqual(withoutMoment(live));
});

it("what the finders ask a host for, the capture answers: no probe of theirs is not recorded", async () => {
  const host = await captureOfThisMachine();
  const unanswered: string[] = [];
  const ask = async (what: string, answer: Promise<{ readonly kind: string }>): Promise<void> => {
    if ((await answer).kind === "notRecorded") unanswered.push(what);
  };
  // Patterns are expanded by lists that are asked for; the usual places of control groups count only where mountinfo is missing.
  const paths = (list: readonly string[]): string[] => list.filter((path) => !/[*$]|^\/sys\/fs\/cgroup\//.test(path));
  for (const path of paths([...MACHINE_PROBES.files, ...NVIDIA_PROBES.files, ...ASCEND_PROBES.flatMap((probe) => (probe.kind === "file" ? [probe.path] : []))])) await ask(path, host.read(path));
  for (const path of paths([...MACHINE_PROBES.directories, ...NVIDIA_PROBES.directories, ...ASCEND_PROBES.flatMap((probe) => (probe.kind === "directory" ? [probe.path] : []))])) await ask(path, host.list(path));
  for (const path of paths([...MACHINE_PROBES.statuses, ...NVIDIA_PROBES.nodes, ...ASCEND_PROBES.flatMap((probe) => (probe.kind === "status" ? [probe.path] : []))])) await ask(path, host.status(path));
  for (const [command = "", ...args] of MACHINE_PROBES.commands) await ask([command, ...args].join(" "), host.run(command, args));
  for (const { command, args } of NVIDIA_PROBES.commands) await ask([command, ...args].join(" "), host.run(command, args));
  for (const probe of ASCEND_PROBES) if (probe.kind === "command" && probe.forEach === "machine") await ask([probe.command, ...probe.args].join(" "), host.run(probe.command, probe.args));
  expect(unanswered).toEqual([]);
});
