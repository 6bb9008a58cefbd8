import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openRecordedHost } from "../../../main/hardware/recorded-host.ts";
import { commandKey } from "../../../main/hardware/recording/command-key.ts";
import { readPastedFiles } from "../../../main/hardware/recording/read-pasted-files.ts";
import type { Recording } from "../../../main/hardware/recording/recording.ts";
import { RECORDINGS, recorded } from "./fake-machine.ts";

/** What each recording is recognised as when it is all that a folder holds. An empty list: it says nothing of hardware, and a notice says so. */
const RECOGNISED: Readonly<Record<string, readonly string[]>> = {
  "ascend_910A_faultdiag_npu_info_before.txt": ["npu-smi info -m", "npu-smi info -i 0 -c 0 -t board", "npu-smi info -i 0 -t usages", "npu-smi info -i 0 -t board", "npu-smi info -i 0 -c 0 -t health"],
  "ascend_cann_version_files.txt": [
    "/usr/local/Ascend/ascend-toolkit/latest/aarch64-linux/ascend_toolkit_install.info", "/usr/local/Ascend/ascend-toolkit/8.0.0/x86_64-linux/ascend_toolkit_install.info",
    "/usr/local/Ascend/cann-9.1.0/x86_64-linux/ascend_toolkit_install.info", "/usr/local/Ascend/driver/version.info", "/usr/local/Ascend/nnal/atb/9.1.0/version.info",
  ],
  "ascend_doc_collect_ecc_board_usages_health.txt": ["npu-smi info", "npu-smi info -t ecc -i 1", "npu-smi info -t board -i 0", "npu-smi info -t board -i 0 -c 0", "npu-smi info -t usages -i 0"],
  "ascend_failures.txt": ["npu-smi info"],
  "ascend_npu-smi-info-m_910B3.txt": ["npu-smi info -m"],
  "ascend_npu-smi-info-m_A3_5col.txt": ["npu-smi info -m"],
  "ascend_npu-smi-info-t-topo_4card_PXB.txt": ["npu-smi info -t topo"],
  "ascend_npu-smi-info-t-topo_910B3_hccs.txt": ["npu-smi info -t topo"],
  "ascend_npu-smi-info-t-topo_A3_container2chips.txt": ["npu-smi info -t topo"],
  "ascend_npu-smi-info_21.0.x_old_layouts.txt": ["npu-smi info"],
  "ascend_npu-smi-info_22.0.0_310P3.txt": ["npu-smi info"],
  "ascend_npu-smi-info_23.0.rc3_310B1.txt": ["npu-smi info"],
  "ascend_npu-smi-info_24.1.rc3.7_A3-910C_16chips.txt": ["npu-smi info"],
  "ascend_npu-smi-info_25.2.0_310P3_300I-Duo.txt": ["npu-smi info"],
  "ascend_npu-smi-info_25.2.0_910B4-1_redacted-bus.txt": ["npu-smi info"],
  "ascend_npu-smi-info_25.5.2_910B4_container.txt": ["npu-smi info"],
  "ascend_npu-smi-info_26.0.rc2_A3_wide_excerpt.txt": ["npu-smi info"],
  "ascend_npu-smi_25.5.1_A2-910B_board-usages-temp-power-list.txt": ["npu-smi info -t usages -i 0", "npu-smi info -t board -i 0", "npu-smi info -t temp -i 0", "npu-smi info -t power -i 0", "npu-smi info -l"],
  "ascend_npu-smi_25.7.rc1.6_Ascend950PR.txt": ["npu-smi info", "npu-smi info -t board -i 0", "npu-smi info -t memory -i 0", "npu-smi info -t common -i 0"],
  "ascend_npu-smi_A3_board_excerpt.txt": ["npu-smi info -t board -i 0"],
  "cgroup_v1_ascend_container.txt": ["/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes", "/dev: davinci1 davinci_manager"],
  "cpu_lscpu_grace_gh200_excerpts.txt": ["lscpu"],
  "cpu_lscpu_xeon8463B_amx.txt": ["lscpu"],
  "lspci_huawei_accelerators_and_false_positives.txt": ["lspci"],
  "mindie_server_default_config.json.txt": [],
  "nvidia_banner_r610_renamed.txt": ["nvidia-smi", "nvidia-smi --version"],
  "nvidia_capture_linux-x86_64__nvidia-h200-mig__590.48.01.txt": ["nvidia-smi --version", "nvidia-smi -L", "nvidia-smi topo -m", "nvidia-smi", "nvidia-smi -q"],
  "nvidia_capture_linux-x86_64__nvidia-h200__590.48.01.txt": ["nvidia-smi --version", "nvidia-smi -L", "nvidia-smi topo -m", "nvidia-smi", "nvidia-smi -q"],
  "nvidia_capture_linux-x86_64__nvidia-l40s__595.80.txt": ["nvidia-smi --version", "nvidia-smi -L", "nvidia-smi topo -m", "nvidia-smi", "nvidia-smi -q"],
  "nvidia_failures.txt": ["nvidia-smi"],
  "nvidia_query_gpu_csv_memory_per_model.txt": ["nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader"],
  "nvidia_smi_q_x_a100-sxm4-v12.xml.txt": ["nvidia-smi -q -x"],
  "nvidia_topo_m_8xH100.txt": ["nvidia-smi topo -m"],
};

function pasted(files: Readonly<Record<string, string | Uint8Array>>): Recording {
  return readPastedFiles(Object.entries(files).map(([name, content]) => ({ name, bytes: typeof content === "string" ? new TextEncoder().encode(content) : content })));
}

function told(recording: Recording): string[] {
  const nodes = recording.directories.get("/dev");
  return [...recording.runs.map(({ command, args }) => [command, ...args].join(" ")), ...recording.files.keys(), ...(nodes?.kind === "names" ? [`/dev: ${nodes.names.join(" ")}`] : [])];
}

describe("a folder of one recording", () => {
  it("every recording has its row", () => {
    expect(readdirSync(RECORDINGS).filter((name) => name.endsWith(".txt")).sort()).toEqual(expect.arrayContaining(Object.keys(RECOGNISED).sort()));
  });

  it.each(Object.entries(RECOGNISED))("%s is recognised", (name, expected) => {
    const recording = readPastedFiles([{ name, bytes: readFileSync(join(RECORDINGS, name)) }]);
    for (const one of expected) expect(told(recording)).toContain(one);
    const isNotRecognised = recording.notices.some(({ code }) => code === "recording.fileNotRecognised");
    expect(isNotRecognised).toBe(expected.length === 0);
  });
});

const TABLE = recorded("ascend_npu-smi-info_25.5.2_910B4_container.txt");
const MAPPING = recorded("ascend_npu-smi-info-m_910B3.txt");

describe("what says which output it is", () => {
  it.each([
    ["[root@host ~]# "], ["[user@host dir]$ "], ["user@host:~/dir$ "], ["root@host:/# "], ["(venv) user@host:~$ "], ["$ "], ["# "], ["## "], ["# $ "], [""], ["> "], ["+ "],
  ])("a command behind the prompt %j", async (prompt) => {
    const host = openRecordedHost(pasted({ "notes.txt": `${prompt}/usr/local/bin/npu-smi info -m\n${MAPPING}\n${prompt}npu-smi info\n${TABLE}` }));
    expect(await host.run("npu-smi", ["info", "-m"])).toMatchObject({ kind: "exited", stdout: MAPPING });
    expect(await host.run("/usr/local/sbin/npu-smi", ["info"])).toMatchObject({ stdout: TABLE });
  });

  it("sudo, filters and redirections around a command, and options in another order or form", async () => {
    const board = "\tNPU ID : 3\n\tBoard ID : 0x60\n";
    const host = openRecordedHost(pasted({ "a.txt": `$ sudo -n npu-smi info -i 3 -t board 2>&1 | tee board.txt\n${board}$ nvidia-smi --xml-format --query\n<xml/>\n$ cat /proc/meminfo | head -3\nMemTotal:  5 kB\n$ cat /etc/os-release\ncat: /etc/os-release: No such file or directory\n$ nvidia-smi -L\nbash: nvidia-smi: command not found\n` }));
    expect(await host.run("npu-smi", ["info", "-t", "board", "-i", "3"])).toMatchObject({ stdout: board });
    expect(await host.run("nvidia-smi", ["-q", "-x"])).toMatchObject({ stdout: "<xml/>\n" });
    expect(await host.read("/proc/meminfo")).toMatchObject({ text: "MemTotal:  5 kB\n" });
    expect(await host.read("/etc/os-release")).toEqual({ kind: "absent" });
  });

  it.each([
    ["npu-smi-info-t-board-i-4.txt", "npu-smi info -t board -i 4"], ["npu_smi_board_4.log", "npu-smi info -t board -i 4"], ["nvidia-smi-topo.txt", "nvidia-smi topo -m"], ["proc_cpuinfo", "/proc/cpuinfo"],
    ["sys_fs_cgroup_memory.max.txt", "/sys/fs/cgroup/memory.max"], ["site7/sys/devices/system/node/node0/cpulist", "/sys/devices/system/node/node0/cpulist"], ["lscpu.txt", "lscpu"],
  ])("the name %s, where the content does not", (name, expected) => {
    expect(told(pasted({ [name]: "something that nobody could know\n" }))).toEqual([expected]);
  });

  it("ls -l of device nodes tells their owners", async () => {
    const host = openRecordedHost(pasted({ "dev.txt": "$ ls -l /dev/davinci*\ncrw-rw---- 1 root HwHiAiUser 236, 3 Nov  4 11:44 /dev/davinci3\ncrw-rw---- 1 root HwHiAiUser 237, 0 Nov  4 11:44 /dev/davinci_manager\n" }));
    expect(await host.list("/dev")).toEqual({ kind: "names", names: ["davinci3", "davinci_manager"] });
    expect(await host.status("/dev/davinci3")).toEqual({ kind: "characterDevice", mode: 0o660, owner: "root", group: "HwHiAiUser", readable: null, writable: null });
  });

  it("a query for more answers one for less, in the order asked", async () => {
    const host = openRecordedHost(pasted({ "gpus.csv": "index, name, memory.total [MiB], uuid\n0, NVIDIA H200, 143771 MiB, GPU-1\n" }));
    expect(await host.run("nvidia-smi", ["--query-gpu=uuid,index,memory.total", "--format=csv"])).toMatchObject({ stdout: "uuid, index, memory.total [MiB]\nGPU-1, 0, 143771 MiB\n" });
    expect(await host.run("nvidia-smi", ["--query-gpu=uuid,serial", "--format=csv"])).toEqual({ kind: "notRecorded" });
  });
});

describe("however it was saved", () => {
  const utf16 = (text: string, mark: boolean, bigEndian: boolean): Uint8Array => {
    const bytes = Buffer.from(`${mark ? "\ufeff" : ""}${text}`, "utf16le");
    return bigEndian ? bytes.swap16() : bytes;
  };
  it.each([
    ["with a byte order mark", Buffer.from(`\ufeff${TABLE}`)], ["with CRLF", Buffer.from(TABLE.replaceAll("\n", "\r\n"))], ["as UTF-16 little-endian", utf16(TABLE, true, false)], ["as UTF-16 big-endian", utf16(TABLE, true, true)],
    ["as UTF-16 without a mark", utf16(TABLE, false, false)], ["with colours and a window title", Buffer.from(`\u001b]0;root@host\u0007${TABLE.replaceAll("OK", "\u001b[32mOK\u001b[0m")}`)],
  ])("%s", async (_how, bytes) => {
    expect(await openRecordedHost(pasted({ "x.txt": bytes })).run("npu-smi", ["info"])).toMatchObject({ stdout: TABLE });
  });
});

describe("what is not understood is said", () => {
  it.each([["picture.png", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1, 2, 3, 4, 5, 0xff, 0xfe, 0x80]), "binary"], ["empty.txt", Buffer.from("\n \n"), "empty"], ["letter.txt", Buffer.from("Dear all,\nthe server is blue.\n"), "unknown"], ["site.json", Buffer.from('{"format":"sallyport-capture"}'), "capture"]])("%s", (name, bytes, reason) => {
    const { notices } = pasted({ [name]: bytes });
    expect(notices).toMatchObject([{ code: "recording.fileNotRecognised", subject: name, details: { reason } }]);
  });

  it("twice the same question: the first answer counts, and a notice tells", async () => {
    const recording = pasted({ "a.txt": `$ npu-smi info -m\n${MAPPING}`, "b.txt": "$ npu-smi info -m\nother\n" });
    expect(await openRecordedHost(recording).run("npu-smi", ["info", "-m"])).toMatchObject({ stdout: MAPPING });
    expect(recording.notices).toMatchObject([{ code: "recording.saidTwice", subject: "b.txt", details: { count: 1, first: "npu-smi info -m" } }]);
  });

  it("lines before the first output that is understood, with their number", () => {
    expect(pasted({ "a.txt": `as discussed:\n\n${TABLE}` }).notices).toMatchObject([{ code: "recording.partNotRecognised", details: { line: 1 }, evidence: [{ excerpt: "as discussed:" }] }]);
  });
});

it("any bytes under any name give a recording, in time, and no error", () => {
  const word = fc.constantFrom("$ npu-smi info\n", "## /proc/meminfo\n", "```\n", "########\n", "NPU ID : 1\n", "| npu-smi 1 Version: 2 |\n", "\u001b[", "\0", "\r\n", "GPU0 GPU1\n", "----\n", "{", "uname -a\nLinux\n", "[a@b]# \n");
  fc.assert(fc.property(fc.array(fc.oneof(word, fc.string())), fc.string(), fc.uint8Array({ maxLength: 64 }), (words, name, bytes) => {
    const recording = pasted({ [name || "x"]: words.join(""), [`${name}-bytes`]: bytes });
    expect(recording.observation.how).toBe("folder");
  }), { numRuns: 300 });
});

it("the order of options makes no other command, their values do", () => {
  expect(commandKey("npu-smi", ["info", "-i", "1", "-t", "board"])).toBe(commandKey("npu-smi", ["info", "-t", "board", "-i", "1"]));
  expect(commandKey("npu-smi", ["info", "-i", "1", "-c", "0"])).not.toBe(commandKey("npu-smi", ["info", "-i", "0", "-c", "1"]));
  expect(commandKey("nvidia-smi", ["-qx"])).toBe(commandKey("nvidia-smi", ["-x", "-q"]));
  expect(commandKey("df", ["-P", "-k"])).not.toBe(commandKey("df", ["-k", "-P"]));
});

describe("outputs that nobody labelled", () => {
  it("a topology names network cards after any driver", () => {
    const matrix = (card: string) => `\tGPU0\tGPU1\t${card}0\t${card}1\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID\nGPU0\t X \tPHB\tNODE\tSYS\t0-31\t0\t\tN/A\nGPU1\tPHB\t X \tNODE\tSYS\t0-31\t0\t\tN/A\n${card}0\tNODE\tNODE\t X \tSYS\n`;
    for (const card of ["NIC", "mlx5_", "bnxt_re", "irdma", "rocep65s", "efa_"]) expect(told(pasted({ "a.txt": matrix(card) }))).toEqual(["nvidia-smi topo -m"]);
  });

  it("lscpu speaks the language of its site", () => {
    expect(told(pasted({ "a.txt": "架构：                              aarch64\nCPU:                             192\n型号名称：                       Kunpeng-920\n" }))).toEqual(["lscpu"]);
  });

  it.each(["df", "df -k", "df -T", "df -Pk", "df -lPT", undefined])("what %s prints in blocks answers for all file systems", (typed) => {
    const table = "Filesystem Type 1K-blocks Used Available Use% Mounted on\n/dev/sda1 ext4 100 20 70 23% /\n";
    const recording = pasted({ "a.txt": typed === undefined ? table : `$ ${typed}\n${table}` });
    expect(recording.runs.find(({ command, args }) => command === "df" && args.join(" ") === "-Pk")?.run).toMatchObject({ stdout: table });
    expect(told(pasted({ "b.txt": `$ df -Pk /data\n${table}` }))).toEqual(["df -Pk /data"]);
  });

  it.each(["[2025-06-11 10:22:33.123] ", "[10:22:33] ", "2025-06-11T10:22:33.123456789Z ", "2025-06-11T10:22:33+08:00 "])("%s before every line is not part of it", (time) => {
    const session = "[root@node ~]# npu-smi info\n+----------------------+\n| npu-smi 24.1.rc2   Version: 24.1.rc2 |\n\n[root@node ~]# nvidia-smi topo -m\n\tGPU0\tGPU1\nGPU0\t X \tSYS\nGPU1\tSYS\t X \n";
    const stamped = session.split("\n").map((line, i) => (i === 3 ? line : time + line)).join("\n");
    expect(pasted({ "a.log": stamped }).runs).toEqual(pasted({ "a.log": session }).runs);
    expect(pasted({ "a.log": stamped }).notices).toEqual([]);
  });

  it("a column of timestamps stays a column", () => {
    const table = "$ nvidia-smi --query-gpu=timestamp,name --format=csv,noheader\n2024/06/01 10:00:00.123, NVIDIA H100\n2024/06/01 10:00:00.124, NVIDIA H100\n";
    expect(pasted({ "a.txt": table }).runs).toMatchObject([{ run: { stdout: table.slice(table.indexOf("\n") + 1) } }]);
  });

  it("the date above nvidia-smi's table is nothing that was left out", () => {
    const { notices } = pasted({ "a.txt": "Thu Mar  6 09:12:44 2025       \n+-----------------------+\n| NVIDIA-SMI 570.124.06   Driver Version: 570.124.06 |\n" });
    expect(notices).toEqual([]);
  });

  it.each(["PS C:\\Users\\op> nvidia-smi", "C:\\Program Files\\NVIDIA>nvidia-smi"])("%s is a command line", (prompt) => {
    const recording = pasted({ "a.txt": `Windows PowerShell\n${prompt}\n| NVIDIA-SMI 551.61 Driver Version: 551.61 |\nPS C:\\> \n` });
    expect(recording.runs).toEqual([{ command: "nvidia-smi", args: [], run: { kind: "exited", exitCode: 0, stdout: "| NVIDIA-SMI 551.61 Driver Version: 551.61 |\n", stderr: "" } }]);
  });
});
