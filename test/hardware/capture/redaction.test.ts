import { afterEach, beforeEach, expect, it } from "vitest";
import { openRecordedHost } from "../../../main/hardware/recorded-host.ts";
import { parseCapture } from "../../../main/hardware/recording/parse-capture.ts";
import { ADDRESSES, GPU_LIST, GPU_QUERY_ANSWER, GPU_XML, npuAnswers, SERIALS, UUIDS } from "./fake-answers.ts";
import { type FakeMachine, fakeMachine, replaying, shells } from "./fake-machine.ts";

const HOST = "dbhost17";
const USER = "jdoe";
const CONTAINER = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const MOUNTS = [
  "Filesystem         1024-blocks      Used Available Capacity Mounted on",
  `nas01.${HOST}.corp:/export/models 1000 1 999 1% /mnt/models`,
  `/dev/mapper/rhel_${HOST}-root 1000 1 999 1% /`,
  `//files.corp/share 1000 1 999 1% /media/${USER}/stick`,
  `/dev/disk/by-uuid/${UUIDS[1]} 1000 1 999 1% /data`,
].join("\n");

let machine: FakeMachine;
beforeEach(() => {
  machine = fakeMachine();
  machine.add("npu-smi", replaying(npuAnswers(), machine.directory));
  machine.add("nvidia-smi", `case "$1" in --query-gpu=*) printf '%s' '${GPU_QUERY_ANSWER}'; exit 0 ;; esac\n${replaying({ "-L": GPU_LIST, "-q -x": GPU_XML, "": `| 0 N/A 4711 C /home/${USER}/venv/bin/python |\n`, "--version": "v\n", "topo -m": "GPU0\n" }, machine.directory)}`);
  machine.add("uname", `case "$1" in -n) echo ${HOST}.corp ;; *) echo Linux 5.10.0-136.12.0.86.oe2203sp1.aarch64 aarch64 ;; esac`);
  machine.add("id", `echo ${USER}`);
  machine.add("df", `cat <<'END'\n${MOUNTS}\nEND`);
  machine.add("docker", `echo 'Docker version 24.0.7, build afdd53b; DOCKER_HOST=tcp://${ADDRESSES[0]}:2375 ${ADDRESSES[1]} ${ADDRESSES[2]} ${CONTAINER} npu-smi 21.0.3.1 on ${HOST} by ${USER}'`);
  machine.add("lscpu", "echo 'Model name: Kunpeng-920'; echo 'Serial Number: 0123ABCD'");
});
afterEach(() => machine.remove());

it.each(shells())("under $name --redact leaves nothing that tells which machine it is, and all that tells what it is", async (shell) => {
  const env = { HOME: `/home/${USER}`, KUBERNETES_SERVICE_HOST: ADDRESSES[0] ?? "" };
  const { stdout, stderr, status } = await machine.run(shell, { args: ["--redact"], env });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  for (const secret of [...SERIALS, "0123ABCD", ...UUIDS, ...ADDRESSES, HOST, "nas01", "files.corp", USER, CONTAINER]) expect(stdout, secret).not.toContain(secret);
  expect(stdout).not.toMatch(/<serial>(?!redacted|N\/A)/);

  const recording = parseCapture(stdout, "site.json");
  expect(recording.observation.redacted).toBe(true);
  const host = openRecordedHost(recording);
  expect(await host.read("/proc/sys/kernel/hostname")).toMatchObject({ text: "host1\n" });
  expect(await host.read("/proc/self/cgroup")).toMatchObject({ kind: "text", text: expect.stringMatching(/^\d+:\S*:\//m) });
  const said = async (program: string, ...args: string[]): Promise<string> => {
    const run = await host.run(program, args);
    return "stdout" in run ? run.stdout : run.kind;
  };
  expect(await said("npu-smi", "info")).toBe(npuAnswers()["info"]);
  expect(await said("npu-smi", "info", "-t", "topo")).toBe(npuAnswers()["info -t topo"]);
  expect(await said("npu-smi", "info", "-t", "board", "-i", "0")).toBe(npuAnswers()["info -t board -i 0"]?.replace(SERIALS[0] ?? "", "redacted2"));
  expect(await said("uname", "-srm")).toBe("Linux 5.10.0-136.12.0.86.oe2203sp1.aarch64 aarch64\n");
  expect(await said("docker", "--version")).toMatch(/Docker version 24\.0\.7.*tcp:\/\/192\.0\.2\.\d+:2375 02:00:00:00:00:01 2001:db8::\d+ 0{63}\d npu-smi 21\.0\.3\.1 on host1 by user1/);
  expect(await said("df", "-Pk")).toContain("server1:/export/models 1000 1 999 1% /mnt/models\n");
  // What one tool calls a GPU by, the other still does.
  const uuid = /GPU-([0-9a-f-]+)\)/.exec(await said("nvidia-smi", "-L"))?.[1] ?? "none";
  expect(await said("nvidia-smi", "-q", "-x")).toContain(`<uuid>GPU-${uuid}</uuid>`);
  const query = recording.runs.find(({ args }) => args[0]?.startsWith("--query-gpu="));
  expect(query?.run).toMatchObject({ stdout: `index, uuid, pci.bus_id, name, driver_version, serial, pstate\n0, GPU-${uuid}, 00000000:83:00.0, NVIDIA H200, 590.48.01, redacted4, P0\n` });
});

it("without --redact nothing is replaced", async () => {
  const [shell] = shells();
  const { stdout } = await machine.run(shell ?? { name: "sh", argv: ["sh"], programs: "/usr/bin:/bin" });
  for (const word of [...SERIALS, ...UUIDS, ...ADDRESSES, HOST, USER]) expect(stdout).toContain(word);
});
