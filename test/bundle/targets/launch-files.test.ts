import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { Service } from "kubernetes-models/v1/Service";
import { afterAll, describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";
import { presetMachine } from "../../../main/plan/preset-machine.ts";
import type { Machine } from "../../../shared/schemas/machine.ts";
import { written } from "./written-target.ts";

/* Launch files are read by the programs that they are for: systemd-analyze, compose's schema, Kubernetes' OpenAPI, shellcheck, sh. */

const root = mkdtempSync(path.join(os.tmpdir(), "sallyport-launch-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const busy = { contextTokens: 16_384, concurrency: 64 };
/** A folder and a name that every format must quote. */
const odd = { name: "R1 50% $HOME `id` \"q\"", directory: "/opt/a b/$(id)" };

const TARGETS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["the embedded engine", written("DeepSeek V2 Lite", "epyc-9654x2", "onnx", { contextTokens: 4096 })],
  ["llama.cpp", written("DeepSeek V2 Lite", "epyc-9654x2", "llama.cpp")],
  ["vLLM", written("DeepSeek V3", "h200x8", "vllm", busy)],
  ["vLLM on two nodes", written("DeepSeek V3", "h100x8", "vllm", { ...busy, nodes: 2 })],
  ["vLLM on processors", written("DeepSeek V2 Lite", "epyc-9654x2", "vllm")],
  ["vLLM with an odd name", written("DeepSeek V2 Lite", "h200x8", "vllm", odd)],
  ["vLLM-Ascend", written("DeepSeek V3", "a3x16", "vllm-ascend", busy)],
  ["vLLM-Ascend on two nodes", written("DeepSeek V3", "910b3x8", "vllm-ascend", { ...busy, nodes: 2 })],
  ["SGLang", written("DeepSeek V3", "h200x8", "sglang", busy)],
  ["SGLang on Ascend, two nodes", written("DeepSeek V3", "910b3x8", "sglang", { ...busy, nodes: 2 })],
  ["TensorRT-LLM", written("DeepSeek V3", "h200x8", "tensorrt-llm", busy)],
  ["MindIE", written("DeepSeek V2 Lite", "910b3x8", "mindie")],
  ["MindIE on two nodes", written("DeepSeek V3", "910b3x8", "mindie", { ...busy, nodes: 2 })],
];
const named = (files: Readonly<Record<string, string>>, ending: string): string[] => Object.keys(files).filter((name) => name.endsWith(ending));

function has(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: "ignore" }).error === undefined;
}

describe.each(TARGETS)("%s", (_engine, files) => {
  it("has a unit that systemd takes", ({ skip }) => {
    if (!has("systemd-analyze", "--version")) skip("no systemd-analyze on this machine");
    for (const name of named(files, ".service")) {
      const file = path.join(root, name);
      // Programs and other units of a site, which are not here.
      const text = (files[name] ?? "").replace("/usr/bin/docker \\\n", "/bin/echo \\\n").replaceAll("/usr/bin/docker", "/bin/echo").replace(/^(Requires|After|Wants)=.*\n/gm, "").replace(/^ExecStart="?\/opt\/models[^\n]*/m, "ExecStart=/bin/true").replace(/^Documentation=.*\n/m, "");
      writeFileSync(file, text);
      const { stderr, status } = spawnSync("systemd-analyze", ["verify", "--man=no", file], { encoding: "utf8" });
      const ours = stderr.split("\n").filter((line) => line.includes(name) || line.includes("Unknown"));
      expect(ours.join("\n")).toBe("");
      expect(status, stderr).toBe(0);
    }
  });

  it("has compose files that fit the compose specification", () => {
    const ajv = new Ajv2019({ strict: false, validateFormats: false });
    // Identifiers of an older draft, which ajv does not take.
    const document = JSON.parse(readFileSync(fileURLToPath(new URL("./compose-spec.json", import.meta.url)), "utf8"), (key, value) => ((key === "id" || key === "$schema") && typeof value === "string" ? undefined : value));
    // The schema is of 2021; what the specification added since is named here.
    document.properties.name = { type: "string" };
    document.definitions.service.properties.volumes.items.oneOf[1].properties.bind.properties.create_host_path = { type: "boolean" };
    const validate = ajv.compile(document);
    for (const name of named(files, ".yaml").filter((each) => each.startsWith("compose"))) expect(validate(parse(files[name] ?? "")), `${name} ${JSON.stringify(validate.errors)}`).toBe(true);
  });

  it("has manifests that Kubernetes takes", () => {
    const template = z.unknown();
    const leaderWorkerSet = z.strictObject({
      apiVersion: z.literal("leaderworkerset.x-k8s.io/v1"), kind: z.literal("LeaderWorkerSet"), metadata: z.looseObject({ name: z.string().regex(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/) }),
      spec: z.strictObject({ replicas: z.int(), leaderWorkerTemplate: z.strictObject({ size: z.int().min(2), restartPolicy: z.enum(["RecreateGroupOnPodRestart", "None"]), leaderTemplate: template, workerTemplate: template }) }),
    });
    for (const document of parseAllDocuments(files["kubernetes.yaml"] ?? "")) {
      const object = document.toJS();
      if (object.kind === "Deployment") new Deployment(object).validate();
      else if (object.kind === "Service") new Service(object).validate();
      else if (object.kind === "ConfigMap") new ConfigMap(object).validate();
      else {
        const { leaderTemplate, workerTemplate } = leaderWorkerSet.parse(object).spec.leaderWorkerTemplate;
        for (const each of [leaderTemplate, workerTemplate]) new Deployment({ metadata: { name: "pod" }, spec: { selector: { matchLabels: {} }, template: each as never } }).validate();
      }
    }
  });

  it("has scripts that shellcheck has nothing against", ({ skip }) => {
    if (!has("shellcheck", "--version")) skip("no shellcheck on this machine");
    const scripts = named(files, ".sh").map((name) => {
      const file = path.join(mkdtempSync(path.join(root, "sh-")), name);
      writeFileSync(file, files[name] ?? "");
      return file;
    });
    expect(scripts.length).toBeGreaterThanOrEqual(2);
    // A name with a dollar in it is quoted so that nothing is filled in, which is what the excluded hint doubts.
    const { stdout } = spawnSync("shellcheck", ["--shell=sh", "--exclude=SC2016", ...scripts], { encoding: "utf8" });
    expect(stdout).toBe("");
  });
});

it("Kubernetes' validator sees what is wrong", () => {
  const object = parseAllDocuments(TARGETS[2]?.[1]["kubernetes.yaml"] ?? "")[0]?.toJS();
  object.spec.template.spec.containers[0].ports = [{ containerPort: "http" }];
  expect(() => new Deployment(object).validate()).toThrow();
});

describe("MindIE's config.json", () => {
  const defaults = JSON.parse(readFileSync(fileURLToPath(new URL("./mindie-server-default-config.json", import.meta.url)), "utf8"));
  /** Every key, and of which type its value is. */
  const shape = (value: unknown, place = ""): string[] => (typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value).flatMap(([key, each]) => shape(each, `${place}.${key}`)) : Array.isArray(value) && typeof value[0] === "object" && !Array.isArray(value[0]) ? shape(value[0], `${place}[]`) : [`${place}: ${Array.isArray(value) ? "array" : typeof value}`]);
  const parallel = [".BackendConfig.ModelDeployConfig.ModelConfig[].tp", ".BackendConfig.ModelDeployConfig.ModelConfig[].dp", ".BackendConfig.ModelDeployConfig.ModelConfig[].moe_ep", ".BackendConfig.ModelDeployConfig.ModelConfig[].moe_tp"].map((key) => `${key}: number`);

  it.each([["one node", "MindIE"], ["two", "MindIE on two nodes"]])("has the default's keys and types, and on %s what the plan says", (_nodes, engine) => {
    const config = JSON.parse(TARGETS.find(([name]) => name === engine)?.[1]["config.json"] ?? "");
    expect(shape(config).filter((key) => !parallel.includes(key))).toEqual(shape(defaults));
    const { ModelDeployConfig: deploy, ScheduleConfig: schedule, npuDeviceIds, multiNodesInferEnabled } = config.BackendConfig;
    const [model] = deploy.ModelConfig;
    expect(model.worldSize).toBe(npuDeviceIds[0].length);
    expect(model).toMatchObject({ npuMemSize: -1, backendType: "atb", trustRemoteCode: false });
    expect(multiNodesInferEnabled).toBe(engine !== "MindIE");
    expect(model.tp * model.dp).toBe(model.worldSize * (engine === "MindIE" ? 1 : 2));
    expect(schedule.maxPrefillTokens).toBeGreaterThanOrEqual(deploy.maxInputTokenLen);
    expect(deploy.maxInputTokenLen).toBeLessThan(deploy.maxSeqLen);
  });

  it("has a rank table that is made of what the nodes tell", () => {
    const script = path.join(root, "make-rank-table.sh");
    writeFileSync(script, TARGETS.find(([name]) => name === "MindIE on two nodes")?.[1]["make-rank-table.sh"] ?? "");
    const bin = path.join(root, "hccn");
    mkdirSync(bin);
    writeFileSync(path.join(bin, "hccn_tool"), "#!/bin/sh\necho \"ipaddr:10.1.0.$2\"\necho netmask:255.255.255.0\n");
    chmodSync(path.join(bin, "hccn_tool"), 0o755);
    const nodes = ["10.0.0.1", "10.0.0.2"].map((address, index) => {
      const file = path.join(root, `node-${index}.txt`);
      writeFileSync(file, execFileSync("sh", [script, "collect"], { encoding: "utf8", env: { PATH: `${bin}:/usr/bin:/bin`, NODE_ADDRESS: address } }));
      return file;
    });
    const table = JSON.parse(execFileSync("sh", [script, "join", ...nodes], { encoding: "utf8" }));
    expect(table).toMatchObject({ version: "1.0", server_count: "2", status: "completed" });
    expect(table.server_list.map((server: { server_id: string; device: unknown[] }) => [server.server_id, server.device.length])).toEqual([["10.0.0.1", 8], ["10.0.0.2", 8]]);
    expect(table.server_list[1].device[7]).toEqual({ device_id: "7", device_ip: "10.1.0.7", rank_id: "15" });
  });
});

describe("what a container is given", () => {
  it("of Ascend: nodes by their physical ids, and the driver", () => {
    const machine = presetMachine("910b3x8");
    const renumbered: Machine = { ...machine, accelerators: machine.accelerators.map((each, index) => ({ ...each, physicalId: index + 8 })) };
    const { services } = parse(written("DeepSeek V2 Lite", renumbered, "vllm-ascend")["compose.yaml"] ?? "");
    const [service] = Object.values<{ devices: string[]; volumes: { source: string }[]; environment: Record<string, string> }>(services);
    expect(service?.devices).toEqual([...Array.from({ length: 8 }, (_, index) => `/dev/davinci${index + 8}:/dev/davinci${index + 8}`), ...["davinci_manager", "devmm_svm", "hisi_hdc"].map((name) => `/dev/${name}:/dev/${name}`)]);
    expect(service?.volumes.map(({ source }) => source)).toEqual(expect.arrayContaining(["/usr/local/dcmi", "/usr/local/bin/npu-smi", "/usr/local/Ascend/driver/lib64/", "/usr/local/Ascend/driver/version.info", "/etc/ascend_install.info"]));
    // In the container they count from 0.
    expect(service?.environment["ASCEND_RT_VISIBLE_DEVICES"]).toBe("0,1,2,3,4,5,6,7");
  });

  it("of Nvidia: the devices of the plan, and no more", () => {
    const { services } = parse(written("DeepSeek V2 Lite", "h200x8", "vllm")["compose.yaml"] ?? "");
    const [service] = Object.values<{ deploy: { resources: { reservations: { devices: { device_ids: string[] }[] } } } }>(services);
    expect(service?.deploy.resources.reservations.devices[0]?.device_ids).toEqual(["0"]);
  });
});

describe("preflight.sh", () => {
  /** A machine in a folder, and its programs. */
  function site({ memoryKib = 2_100_000_000, programs = {}, files = {} }: { memoryKib?: number; programs?: Readonly<Record<string, string>>; files?: Readonly<Record<string, string>> }): { PATH: string; PREFLIGHT_ROOT: string } {
    const at = mkdtempSync(path.join(root, "site-"));
    const all: Readonly<Record<string, string>> = { "proc/meminfo": `MemTotal:       ${memoryKib} kB\nMemFree: 1 kB\n`, ...files };
    for (const [name, text] of Object.entries(all)) {
      mkdirSync(path.join(at, path.dirname(name)), { recursive: true });
      writeFileSync(path.join(at, name), text);
    }
    const bin = path.join(at, "bin");
    mkdirSync(bin);
    const df = "#!/bin/sh\necho 'Filesystem 1024-blocks Used Available Capacity Mounted'\necho '/dev/sda 9 9 9000000000 1% /'\n";
    for (const [name, text] of Object.entries({ df, uname: "#!/bin/sh\necho x86_64\n", docker: "#!/bin/sh\nexit 0\n", ...programs })) {
      writeFileSync(path.join(bin, name), text);
      chmodSync(path.join(bin, name), 0o755);
    }
    return { PATH: `${bin}:/usr/bin:/bin`, PREFLIGHT_ROOT: at };
  }
  function preflight(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>>): { status: number | null; stdout: string } {
    const { status, stdout } = spawnSync("sh", ["-s"], { input: files["preflight.sh"] ?? "", encoding: "utf8", env });
    return { status, stdout };
  }
  const smi = (gpus: number, mib: number, driver = "590.48.01") => `#!/bin/sh\ncase "$*" in\n*memory.total*) what=${mib} ;;\n*driver_version*) what=${driver} ;;\n*) what=0 ;;\nesac\ni=0\nwhile [ $i -lt ${gpus} ]; do echo "$what"; i=$((i + 1)); done\n`;
  const vllm = TARGETS.find(([name]) => name === "vLLM")?.[1] ?? {};

  it("passes on the machine that the plan was made for", () => {
    const found = preflight(vllm, site({ programs: { "nvidia-smi": smi(8, 143_771) } }));
    expect(found.stdout).not.toContain("FAIL");
    expect(found.status).toBe(0);
  });

  it.each([
    ["too few GPUs", { programs: { "nvidia-smi": smi(4, 143_771) } }, "GPUs: 4, 8 needed"],
    ["GPUs of less memory", { programs: { "nvidia-smi": smi(8, 81_559) } }, "memory of the smallest GPU: 81559 MiB"],
    ["no driver", {}, "nvidia-smi is not here"],
    ["another architecture", { programs: { "nvidia-smi": smi(8, 143_771), uname: "#!/bin/sh\necho aarch64\n" } }, "architecture is aarch64, the profile says x86_64"],
    ["little memory", { memoryKib: 4_000_000, programs: { "nvidia-smi": smi(8, 143_771) } }, "memory: 3906 MiB"],
    ["a full disk", { programs: { "nvidia-smi": smi(8, 143_771), df: "#!/bin/sh\necho x\necho '/dev/sda 9 9 1000 1% /'\n" } }, "free disk: 0 MiB"],
    ["no image", { programs: { "nvidia-smi": smi(8, 143_771), docker: "#!/bin/sh\nexit 1\n" } }, "vllm/vllm-openai:v0.23.0 is not loaded"],
  ])("names %s, and ends with 1", (_what, difference, line) => {
    const found = preflight(vllm, site(difference as Parameters<typeof site>[0]));
    expect(found.stdout).toContain("FAIL");
    expect(found.stdout).toContain(line);
    expect(found.status).toBe(1);
  });

  it("compares driver and CANN of Ascend with the profile, device nodes with the plan, and looks for the weights that msModelSlim makes", () => {
    const machine = presetMachine("910b3x8");
    const recorded: Machine = { ...machine, stacks: [{ kind: "ascend", driver: "25.2.0", firmware: null, cuda: null, cann: "8.3.RC1", nnal: null, containerRuntime: null, evidence: {} }] };
    /** npu-smi 24.1 on an A3: two lines a chip, HBM last, and a 0 / 0 of other memory before it. */
    const table = (mib: number): string => `#!/bin/sh\ncat <<'END'\n| NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|\n| 0     Ascend910           | OK            | 178.9       36                0    / 0             |\n| 0     0                   | 0000:9D:00.0  | 0           0    / 0          3412 / 65536         |\n| 0     Ascend910           | OK            | -           36                8    / 970           |\n| 1     1                   | 0000:9F:00.0  | 0           0    / 0          3189/ ${mib}         |\nEND\n`;
    const files = written("DeepSeek V3", recorded, "vllm-ascend", { ...busy, nodes: 2 });
    const nodes = Object.fromEntries([...Array.from({ length: 8 }, (_, index) => `davinci${index}`), "davinci_manager", "devmm_svm", "hisi_hdc"].map((name) => [`dev/${name}`, ""]));
    const whole = { ...nodes, "usr/local/Ascend/driver/version.info": "Version=24.1.rc3\n", "usr/local/Ascend/ascend-toolkit/latest/aarch64-linux/ascend_toolkit_install.info": "version=9.1.0\n", "opt/models/DeepSeek-V3/quant_model_description.json": "{}" };
    const programs = { "npu-smi": table(65_536), uname: "#!/bin/sh\necho aarch64\n" };
    const found = preflight(files, site({ programs, files: whole }));
    expect(found.stdout).toContain("warn  Ascend driver is 24.1.rc3, older than 25.2.0");
    expect(found.stdout).toContain("ok    CANN 9.1.0");
    expect(found.stdout).toContain("ok    memory of the smallest device: 65536 MiB");
    const small = preflight(files, site({ programs: { ...programs, "npu-smi": table(32_768) }, files: whole }));
    expect(small.stdout).toContain("FAIL  memory of the smallest device: 32768 MiB");
    expect(small.status).toBe(1);
    const strange = preflight(files, site({ programs: { ...programs, "npu-smi": "#!/bin/sh\necho another table\n" }, files: whole }));
    expect(strange.stdout).toContain("warn  the table of npu-smi was not understood");
    expect(strange.status).toBe(0);
    // CANN 9.1.0's own folder, told by its settings.
    const { "usr/local/Ascend/ascend-toolkit/latest/aarch64-linux/ascend_toolkit_install.info": toolkit, ...older } = whole;
    const newer = site({ programs, files: { ...older, "usr/local/Ascend/cann-9.1.0/aarch64-linux/ascend_toolkit_install.info": toolkit } });
    expect(preflight(files, newer).stdout).toContain("warn  CANN is unknown");
    expect(preflight(files, { ...newer, ASCEND_TOOLKIT_HOME: "/usr/local/Ascend/cann-9.1.0" }).stdout).toContain("ok    CANN 9.1.0");
    expect(found.status, found.stdout).toBe(0);
    const gone = ["dev/davinci3", "opt/models/DeepSeek-V3/quant_model_description.json"];
    const missing = preflight(files, site({ programs, files: Object.fromEntries(Object.entries(whole).filter(([name]) => !gone.includes(name))) }));
    expect(missing.stdout).toContain("FAIL  /dev/davinci3 is missing");
    expect(missing.stdout).toContain("are made by msModelSlim and are not in the bundle");
    expect(missing.status).toBe(1);
  });
});
