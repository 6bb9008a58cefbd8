import type { Notice, Platform } from "../../shared/schemas/machine.ts";
import type { Host } from "../domain/host.ts";
import { listNames, readText, runText } from "./ask-host.ts";
import { boundedText } from "./bounded.ts";
import { machineNotice } from "./machine-notice.ts";
import { parseLscpu } from "./parse-lscpu.ts";

export interface FoundPlatform {
  readonly platform: Platform;
  readonly notices: readonly Notice[];
}

/** A value with the file, command or variable that told it. */
interface Told<T> {
  readonly value: T;
  readonly source: string;
}

/** Operating system, architecture, libc, and what stands between us and the hardware. */
export async function findPlatform(host: Host): Promise<FoundPlatform> {
  const uname = boundedText((await runText(host, "uname", ["-srm"]))?.trim() ?? "").split(/\s+/);
  const system = await findSystem(host, uname);
  const [hostName, kernel, distribution, libc, container, virtualization, architecture] = await Promise.all([
    told(host, "/proc/sys/kernel/hostname"), told(host, "/proc/sys/kernel/osrelease"), findDistribution(host), system.value === "linux" ? findLibc(host) : null,
    findContainer(host), findVirtualization(host), findArchitecture(host, uname),
  ]);
  const facts = {
    hostName: hostName ?? variable(host, "COMPUTERNAME"), os: system, architecture, kernel: kernel ?? (uname[1] === undefined ? null : { value: uname[1], source: "uname -srm" }),
    distribution, libc, container, virtualization,
  };
  const evidence = Object.fromEntries(Object.entries(facts).flatMap(([field, fact]) => (fact === null || fact.source === "" ? [] : [[field, fact.source]])));
  const known = architecture === null ? "other" : architecture.value;
  const platform: Platform = {
    hostName: facts.hostName?.value ?? null, os: system.value, architecture: known, kernel: facts.kernel?.value ?? null, distribution: distribution?.value ?? null,
    libc: libc?.value ?? null, container: container?.value ?? null, virtualization: virtualization?.value ?? null, evidence,
  };
  const notices = known === "other" ? [machineNotice("machine.architectureUnsupported", "warning", { subject: "machine", details: { architecture: uname[2] ?? "" }, evidence: [{ source: "uname -srm", excerpt: uname.join(" ") || null }] })] : [];
  return { platform, notices };
}

async function told(host: Host, path: string): Promise<Told<string> | null> {
  const text = (await readText(host, path))?.trim();
  return text === undefined || text === "" ? null : { value: boundedText(text), source: path };
}

function variable(host: Host, name: string): Told<string> | null {
  const value = host.env(name);
  return value === undefined || value === "" ? null : { value: boundedText(value), source: `$${name}` };
}

async function findSystem(host: Host, uname: readonly string[]): Promise<Told<Platform["os"]>> {
  const type = await told(host, "/proc/sys/kernel/ostype");
  if (type?.value === "Linux") return { value: "linux", source: type.source };
  if (uname[0] === "Linux" || uname[0] === "Darwin") return { value: uname[0] === "Linux" ? "linux" : "darwin", source: "uname -srm" };
  if (host.env("OS") === "Windows_NT") return { value: "win32", source: "$OS" };
  // A folder of pasted outputs may hold no word about the system; only Linux has these.
  for (const path of ["/proc/cpuinfo", "/proc/meminfo"]) if ((await host.read(path)).kind === "text") return { value: "linux", source: path };
  return (await runText(host, "lscpu", [])) === null ? { value: "other", source: "" } : { value: "linux", source: "lscpu" };
}

async function findArchitecture(host: Host, uname: readonly string[]): Promise<Told<Platform["architecture"]> | null> {
  const windows = variable(host, "PROCESSOR_ARCHITEW6432") ?? variable(host, "PROCESSOR_ARCHITECTURE");
  const candidates = [{ value: uname[2], source: "uname -srm" }, windows, { value: parseLscpu((uname[2] === undefined ? await runText(host, "lscpu", []) : null) ?? "").architecture, source: "lscpu" }];
  const found = candidates.find((candidate) => typeof candidate?.value === "string");
  if (/^(?:x86_64|amd64)$/i.test(found?.value ?? "")) return { value: "x86_64", source: found?.source ?? "" };
  return /^(?:aarch64|arm64)$/i.test(found?.value ?? "") ? { value: "aarch64", source: found?.source ?? "" } : null;
}

async function findDistribution(host: Host): Promise<Told<string> | null> {
  for (const path of ["/etc/os-release", "/usr/lib/os-release"]) {
    const text = await readText(host, path);
    const field = (name: string): string | undefined => new RegExp(`^${name}=(["']?)(.*)\\1\\s*$`, "m").exec(text ?? "")?.[2];
    const value = field("PRETTY_NAME") ?? field("NAME");
    if (value !== undefined && value !== "") return { value: boundedText(value), source: path };
  }
  const versions = await runText(host, "sw_vers", []);
  const words = ["ProductName", "ProductVersion"].flatMap((name) => new RegExp(`^${name}:\\s*(.+)$`, "m").exec(versions ?? "")?.[1]?.trim() ?? []);
  return words.length === 0 ? null : { value: boundedText(words.join(" ")), source: "sw_vers" };
}

async function findLibc(host: Host): Promise<Told<NonNullable<Platform["libc"]>> | null> {
  const glibc = /^glibc (\d[\w.]*)/.exec((await runText(host, "getconf", ["GNU_LIBC_VERSION"])) ?? "")?.[1];
  if (glibc !== undefined) return { value: { kind: "glibc", version: glibc }, source: "getconf GNU_LIBC_VERSION" };
  // musl's ldd knows no --version: it ends with 1 and tells its name and version on stderr.
  const ldd = await host.run("ldd", ["--version"], { timeoutMs: 5_000 });
  const words = "stdout" in ldd ? `${ldd.stdout}\n${ldd.stderr}` : "";
  const musl = /musl libc[^\n]*\n\s*Version (\d[\w.]*)/i.exec(words)?.[1];
  if (musl !== undefined) return { value: { kind: "musl", version: musl }, source: "ldd --version" };
  const byLdd = /^ldd \(.*(?:GLIBC|GNU libc).*\) (\d[\w.]*)/im.exec(words)?.[1];
  if (byLdd !== undefined) return { value: { kind: "glibc", version: byLdd }, source: "ldd --version" };
  return (await listNames(host, "/lib")).some((name) => name.startsWith("ld-musl-")) ? { value: { kind: "musl", version: null }, source: "/lib" } : null;
}

/** The most telling first: a pod is also a container of some runtime. */
async function findContainer(host: Host): Promise<Told<string> | null> {
  if (variable(host, "KUBERNETES_SERVICE_HOST") !== null) return { value: "kubernetes", source: "$KUBERNETES_SERVICE_HOST" };
  for (const [path, value] of [["/run/.containerenv", "podman"], ["/.dockerenv", "docker"]] as const) if ((await host.status(path)).kind === "file") return { value, source: path };
  const named = variable(host, "container") ?? (await told(host, "/run/systemd/container"));
  if (named !== null) return named;
  const group = /kubepods|docker|libpod|containerd|lxc/.exec((await readText(host, "/proc/1/cgroup")) ?? "")?.[0];
  if (group !== undefined) return { value: { kubepods: "kubernetes", libpod: "podman" }[group] ?? group, source: "/proc/1/cgroup" };
  return detectVirt(host, "--container");
}

const MAKERS_OF_VIRTUAL_MACHINES: readonly (readonly [words: RegExp, name: string])[] = [
  [/QEMU|KVM|OpenStack|Huawei Cloud|Alibaba Cloud|Tencent Cloud|Google Compute Engine/i, "kvm"], [/VMware/i, "vmware"], [/Xen|HVM domU/i, "xen"], [/VirtualBox|innotek/i, "oracle"], [/Virtual Machine/i, "microsoft"], [/Amazon EC2/i, "amazon"],
];

async function findVirtualization(host: Host): Promise<Told<string> | null> {
  const detected = await detectVirt(host, "--vm");
  if (detected !== null) return detected;
  if (/microsoft/i.test((await readText(host, "/proc/sys/kernel/osrelease")) ?? "")) return { value: "wsl", source: "/proc/sys/kernel/osrelease" };
  const hypervisor = await told(host, "/sys/hypervisor/type");
  if (hypervisor !== null) return hypervisor;
  for (const path of ["/sys/class/dmi/id/sys_vendor", "/sys/class/dmi/id/product_name"]) {
    const text = (await readText(host, path)) ?? "";
    const maker = MAKERS_OF_VIRTUAL_MACHINES.find(([words]) => words.test(text));
    // EC2's own hardware carries the same name.
    if (maker !== undefined && !/\.metal/.test((await readText(host, "/sys/class/dmi/id/product_name")) ?? "")) return { value: maker[1], source: path };
  }
  return null;
}

async function detectVirt(host: Host, question: "--container" | "--vm"): Promise<Told<string> | null> {
  const word = (await runText(host, "systemd-detect-virt", [question]))?.trim();
  return word === undefined || word === "" || word === "none" ? null : { value: boundedText(word), source: `systemd-detect-virt ${question}` };
}
