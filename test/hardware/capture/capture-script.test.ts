import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRecordedHost } from "../../../main/hardware/recorded-host.ts";
import { parseCapture } from "../../../main/hardware/recording/parse-capture.ts";
import { GPU_LIST, GPU_QUERY_ANSWER, GPU_XML, NPU_MAPPING, NPU_TABLE, npuAnswers } from "./fake-answers.ts";
import { type FakeMachine, fakeMachine, hasProgram, replaying, SCRIPT, type Shell, shells } from "./fake-machine.ts";

const SHELLS = shells();
const POSIX_SHELL: Shell = { name: "sh", argv: ["sh"], programs: "/usr/sbin:/usr/bin:/sbin:/bin" };

let machine: FakeMachine;
beforeEach(() => {
  machine = fakeMachine();
});
afterEach(() => machine.remove());

async function hostOf(shell: Shell, args: readonly string[] = []): Promise<ReturnType<typeof openRecordedHost>> {
  const { stdout, stderr, status } = await machine.run(shell, { args });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return openRecordedHost(parseCapture(stdout, "site.json"));
}

it("shellcheck has nothing to say about the script", (context) => {
  if (!hasProgram("shellcheck")) {
    console.log("skipped: shellcheck is not installed (Debian package shellcheck)");
    context.skip();
  }
  const { stdout, status } = spawnSync("shellcheck", ["--shell=sh", SCRIPT], { encoding: "utf8" });
  expect(stdout).toBe("");
  expect(status).toBe(0);
});

describe.each(SHELLS)("under $name", (shell) => {
  it("every answer of npu-smi comes back as it was, for each NPU and chip of its own mapping", async () => {
    machine.add("npu-smi", replaying(npuAnswers(), machine.directory));
    const host = await hostOf(shell);
    for (const [args, stdout] of Object.entries(npuAnswers())) {
      expect(await host.run("npu-smi", args.split(" ")), args).toEqual({ kind: "exited", exitCode: 0, stdout, stderr: "" });
    }
    expect(await host.run("npu-smi", ["info", "-t", "board", "-i", "7"])).toEqual({ kind: "notRecorded" });
  });

  it("every answer of nvidia-smi comes back as it was, and of the queries only what was asked up to the first that works", async () => {
    machine.add("nvidia-smi", `case "$1" in --query-gpu=*fabric*) echo 'Field "fabric.state" is not a valid field to query.'; exit 2 ;; --query-gpu=*) printf '%s' '${GPU_QUERY_ANSWER}'; exit 0 ;; esac\n${replaying({ "-L": GPU_LIST, "-q -x": GPU_XML, "": "table\n", "--version": "v\n", "topo -m": "\t\u001b[4mGPU0\u001b[0m\n" }, machine.directory)}`);
    const { stdout } = await machine.run(shell);
    const queries = (JSON.parse(stdout) as { commands: { argv: string[]; exitCode?: number }[] }).commands.filter(({ argv }) => argv[1]?.startsWith("--query-gpu="));
    expect(queries.map(({ exitCode }) => exitCode)).toEqual([2, 0]);
    const host = openRecordedHost(parseCapture(stdout, "site.json"));
    expect(await host.run("nvidia-smi", ["-q", "-x"])).toMatchObject({ exitCode: 0, stdout: GPU_XML });
    expect(await host.run("/usr/bin/nvidia-smi", ["-L"])).toMatchObject({ stdout: GPU_LIST });
    expect(await host.run("nvidia-smi", ["topo", "-m"])).toMatchObject({ stdout: "\t\u001b[4mGPU0\u001b[0m\n" });
    expect(await host.run("nvidia-smi", [])).toMatchObject({ stdout: "table\n" });
  });

  it("a tool that fails is recorded with its exit code and both its streams", async () => {
    machine.add("npu-smi", "echo 'dcmi model initialized failed, because the device is used. ret is -8020'; echo grumble >&2; exit 172");
    const host = await hostOf(shell);
    expect(await host.run("npu-smi", ["info"])).toEqual({ kind: "exited", exitCode: 172, stdout: "dcmi model initialized failed, because the device is used. ret is -8020\n", stderr: "grumble\n" });
  });

  it("a tool that hangs is stopped with what it started, keeps what it had said, and is not asked for ever", async () => {
    machine.add("nvidia-smi", "echo begun; sleep 3777 & sleep 3777");
    const { stdout, status, elapsedMs } = await machine.run(shell, { args: ["--time-limit", "1"] });
    expect(status).toBe(0);
    expect(elapsedMs).toBeLessThan(15_000);
    const host = openRecordedHost(parseCapture(stdout, "site.json"));
    expect(await host.run("nvidia-smi", ["-L"])).toEqual({ kind: "timedOut", afterMs: 1000, stdout: "begun\n", stderr: "" });
    expect(await host.run("nvidia-smi", ["topo", "-m"])).toEqual({ kind: "notRecorded" });
    expect(spawnSync("sh", ["-c", "ps -e -o args | grep -c '^sleep 3777'"], { encoding: "utf8" }).stdout.trim()).toBe("0");
  });

  it("a tool that prints megabytes is cut, and keeps its exit code", async () => {
    machine.add("npu-smi", `awk 'BEGIN { for (i = 0; i < 300000; i++) print "0123456789" }'; exit 3`);
    const host = await hostOf(shell);
    const run = await host.run("npu-smi", ["info"]);
    expect(run).toMatchObject({ kind: "exited", exitCode: 3 });
    expect("stdout" in run && run.stdout.length).toBe(2 << 20);
  });

  it("a tool that prints every byte there is gives what a UTF-8 decoder makes of it, without NUL", async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    machine.add("npu-smi", replaying({}, machine.directory).replace("exit 3", `printf '${[...bytes].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("").replace(/'/g, "'\\''")}'`).replace('echo "Error parameter of -t"; ', ""));
    const host = await hostOf(shell);
    expect(await host.run("npu-smi", ["info"])).toMatchObject({ stdout: bytes.toString("utf8").replaceAll("\0", "") });
  });

  it("what the tool's mapping does not tell, its list does, and else its table", async () => {
    const { "info -m": _, ...withoutMapping } = npuAnswers();
    machine.add("npu-smi", replaying({ ...withoutMapping, "info -l": "\tTotal Count                    : 1\n\n\tNPU ID                         : 4\n\tChip Count                     : 2\n", "info -t health -i 4 -c 1": "fine\n" }, machine.directory));
    expect(await (await hostOf(shell)).run("npu-smi", ["info", "-t", "health", "-i", "4", "-c", "1"])).toMatchObject({ stdout: "fine\n" });
    machine.add("npu-smi", replaying({ info: NPU_TABLE, "info -t board -i 5": "Board ID : 1\n" }, machine.directory));
    expect(await (await hostOf(shell)).run("npu-smi", ["info", "-t", "board", "-i", "5"])).toMatchObject({ stdout: "Board ID : 1\n" });
    expect(NPU_MAPPING).toContain("Mcu");
  });

  it("files, directories and permissions are those of this machine", async () => {
    const host = await hostOf(shell);
    for (const path of ["/etc/os-release", "/proc/sys/kernel/osrelease", "/proc/sys/kernel/ostype"]) {
      expect(await host.read(path), path).toEqual({ kind: "text", text: readFileSync(path, "utf8"), isCut: false });
    }
    expect(await host.read("/etc/nv_tegra_release")).toEqual({ kind: "absent" });
    expect(await host.list("/lib")).toEqual({ kind: "names", names: spawnSync("ls", ["-A", "/lib/"], { encoding: "utf8" }).stdout.trim().split("\n").sort() });
    expect(await host.status("/dev/davinci_manager")).toEqual({ kind: "absent" });
    expect(await host.read("/usr/local/Ascend/cann/version.info")).toEqual({ kind: "absent" });
    expect(host.env("HOME")).toBe(machine.directory);
    expect(host.env("PATH")).toBeUndefined();
  });
});

it("writes no file, opens no connection, and needs neither root nor a home nor a writable directory", (context) => {
  if (!hasProgram("strace")) {
    console.log("skipped: strace is not installed (Debian package strace)");
    context.skip();
  }
  const directory = mkdtempSync(join(tmpdir(), "sallyport-readonly-"));
  chmodSync(directory, 0o555);
  const isRoot = process.getuid?.() === 0;
  const { stdout, stderr, status } = spawnSync("strace", [...(isRoot ? ["-u", "nobody"] : []), "-f", "-qq", "-e", "trace=open,openat,creat,mkdir,mkdirat,unlink,unlinkat,rename,renameat,renameat2,connect,symlink,link,truncate,chmod,fchmodat", "-o", "|cat >&2", "sh", SCRIPT], {
    cwd: directory, env: { PATH: POSIX_SHELL.programs }, encoding: "utf8", maxBuffer: 1 << 28,
  });
  rmSync(directory, { recursive: true });
  if (/PTRACE|not permitted/i.test(stderr) && stdout === "") {
    console.log("skipped: this machine does not let strace trace");
    context.skip();
  }
  expect(status).toBe(0);
  const lines = stderr.split("\n").filter((line) => !/ENOENT|<\.\.\. /.test(line));
  expect(lines.length).toBeGreaterThan(100);
  expect(lines.filter((line) => /O_WRONLY|O_RDWR|O_CREAT|\b(creat|mkdir|unlink|rename|symlink|link|truncate|chmod)(at|at2)?\(/.test(line) && !/"\/dev\/(null|tty)"/.test(line))).toEqual([]);
  expect(lines.filter((line) => /connect\(.*AF_INET/.test(line))).toEqual([]);
  expect(parseCapture(stdout, "site.json").files.size).toBeGreaterThan(20);
});
