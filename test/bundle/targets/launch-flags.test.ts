import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { flags, startOf, type Wish, written } from "./written-target.ts";

/**
 * What each engine should be told for V2-Lite, V3 and R1 on 910B, 910C, H100, H200 and processors: written by hand from vendors' documents and not from what the code writes.
 * A2, A3: vllm-ascend docs, DeepSeek-R1 §5 (W8A8 on 1 × A3 or 2 × A2; --quantization ascend, experts spread, data × tensor parallel, 4096 tokens a step, FULL_DECODE_ONLY; a
 *   second node --headless with its start rank); its FAQ: graphs for 32, 64 or 128 heads on a device, so V2-Lite's 16 are eager whatever the split.
 * H200: vLLM recipes, DeepSeek-V3 (TP8 + EP for few requests, DP8 + EP for many); SGLang docs (--dp-size with --enable-dp-attention, modelslim and ascend on an NPU); H100: FP8 needs two nodes.
 * TensorRT-LLM: its DeepSeek R1 guide (tp 8, ep 8, attention data-parallel for many). Processors: llama-server's README (context of all slots together, a thread a core); vLLM, "CPU".
 * How tensor and data parallelism share the devices is the plan's own choice within these rules; "a split that holds" weighs it again.
 */
const busy = { contextTokens: 16_384, concurrency: 64 };
const GRAPH = String.raw` --compilation-config "{\"cudagraph_mode\":\"FULL_DECODE_ONLY\"}"`;
/** R1's config.json has V3's values in every field. */
const ARCHITECTURE: Readonly<Record<string, string>> = { "DeepSeek R1": "DeepSeek V3" };
type Kind = Parameters<typeof written>[2];
const files = (model: string, site: string, kind: Kind, wish: Wish) => written(ARCHITECTURE[model] ?? model, site, kind, { ...wish, name: model });

const vllm = (split: string, load: string, rest: string): string => `vllm serve MODEL ${split} ${load} --gpu-memory-utilization 0.9${rest}`;
/** A node's share of ranks, the number of its first, and that only the first answers clients. */
const node = (tensor: number, data: number, local: number, start: number): string => `--tensor-parallel-size ${tensor} --data-parallel-size ${data} --data-parallel-size-local ${local} --data-parallel-start-rank ${start} --data-parallel-address LEADER --data-parallel-rpc-port 13389${start > 0 ? " --headless" : ""} --enable-expert-parallel`;
const load = (sequences: number, step: number, context = 16_384): string => `--max-model-len ${context} --max-num-seqs ${sequences} --max-num-batched-tokens ${step}`;
const SGLANG = "python3 -m sglang.launch_server --model-path MODEL";
const NPU = " --device npu --attention-backend ascend";
const TRTLLM = "--extra_llm_api_options /etc/sallyport/extra-llm-api-options.yaml";

const TABLE: readonly (readonly [model: string, site: string, kind: Kind, wish: Wish, expected: string])[] = [
  ["DeepSeek V2 Lite", "h100x8", "vllm", {}, vllm("--tensor-parallel-size 1", load(1, 8192, 4096), "")],
  ["DeepSeek V2 Lite", "h200x8", "vllm", {}, vllm("--tensor-parallel-size 1", load(1, 8192, 4096), "")],
  ["DeepSeek V2 Lite", "h200x8", "sglang", {}, `${SGLANG} --tp-size 1 --context-length 4096 --max-running-requests 1 --chunked-prefill-size 8192 --mem-fraction-static 0.88`],
  ["DeepSeek V2 Lite", "h100x8", "tensorrt-llm", {}, `trtllm-serve MODEL --backend pytorch --tp_size 1 --max_batch_size 1 --max_num_tokens 8192 --max_seq_len 4096 ${TRTLLM}`],
  ["DeepSeek V2 Lite", "910b3x8", "vllm-ascend", {}, vllm("--tensor-parallel-size 8 --enable-expert-parallel", load(1, 4096, 4096), " --enforce-eager")],
  ["DeepSeek V2 Lite", "a3x16", "vllm-ascend", {}, vllm("--tensor-parallel-size 16 --enable-expert-parallel", load(1, 4096, 4096), " --enforce-eager")],
  ["DeepSeek V2 Lite", "910b3x8", "sglang", {}, `${SGLANG} --tp-size 8 --ep-size 8 --context-length 4096 --max-running-requests 1 --chunked-prefill-size 8192 --mem-fraction-static 0.86${NPU}`],
  ["DeepSeek V2 Lite", "epyc-9654x2", "llama.cpp", {}, "/app/llama-server --model MODEL/DeepSeek-V2-Lite-F16.gguf --alias DeepSeek-V2-Lite --ctx-size 4096 --parallel 1 --ubatch-size 512 --threads 192 --numa distribute --offline --jinja"],
  ["DeepSeek V2 Lite", "epyc-9654x2", "vllm", {}, `vllm serve MODEL --tensor-parallel-size 1 ${load(1, 8192, 4096)} --dtype bfloat16`],
  ...["DeepSeek V3", "DeepSeek R1"].flatMap((model): (typeof TABLE)[number][] => [
    [model, "h200x8", "vllm", { contextTokens: 16_384 }, vllm("--tensor-parallel-size 8 --enable-expert-parallel", load(1, 8192), "")],
    [model, "h200x8", "vllm", busy, vllm("--tensor-parallel-size 1 --data-parallel-size 8 --enable-expert-parallel", load(8, 8192), "")],
    [model, "h200x8", "sglang", busy, `${SGLANG} --tp-size 8 --dp-size 8 --enable-dp-attention --ep-size 8 --context-length 16384 --max-running-requests 64 --chunked-prefill-size 8192 --mem-fraction-static 0.88`],
    [model, "h200x8", "tensorrt-llm", busy, `trtllm-serve MODEL --backend pytorch --tp_size 8 --ep_size 8 --max_batch_size 8 --max_num_tokens 8192 --max_seq_len 16384 ${TRTLLM}`],
    [model, "h100x8", "vllm", { ...busy, nodes: 2 }, [0, 4].map((start) => vllm(node(2, 8, 4, start), load(8, 8192), "")).join("\n")],
    [model, "h100x8", "sglang", { ...busy, nodes: 2 }, [0, 1].map((rank) => `${SGLANG} --tp-size 16 --dp-size 8 --enable-dp-attention --ep-size 16 --nnodes 2 --node-rank ${rank} --dist-init-addr LEADER:20000 --context-length 16384 --max-running-requests 64 --chunked-prefill-size 8192 --mem-fraction-static 0.86`).join("\n")],
    // One A2 has 512 GiB: the experts go to 4 bits.
    [model, "910b3x8", "vllm-ascend", busy, vllm("--tensor-parallel-size 2 --data-parallel-size 4 --enable-expert-parallel", load(4, 4096), ` --quantization ascend${GRAPH}`)],
    [model, "910b3x8", "vllm-ascend", { ...busy, nodes: 2 }, [0, 4].map((start) => vllm(node(2, 8, 4, start), load(8, 4096), ` --quantization ascend${GRAPH}`)).join("\n")],
    [model, "910b3x8", "vllm-ascend", { ...busy, nodes: 4 }, [0, 4, 8, 12].map((start) => vllm(node(2, 16, 4, start), load(4, 4096), ` --quantization ascend${GRAPH}`)).join("\n")],
    [model, "a3x16", "vllm-ascend", busy, vllm("--tensor-parallel-size 2 --data-parallel-size 8 --enable-expert-parallel", load(8, 4096), ` --quantization ascend${GRAPH}`)],
    [model, "a3x16", "sglang", busy, `${SGLANG} --tp-size 16 --dp-size 4 --enable-dp-attention --ep-size 16 --context-length 16384 --max-running-requests 24 --chunked-prefill-size 8192 --mem-fraction-static 0.86${NPU} --quantization modelslim`],
    [model, "910b3x8", "sglang", { ...busy, nodes: 2 }, [0, 1].map((rank) => `${SGLANG} --tp-size 16 --dp-size 4 --enable-dp-attention --ep-size 16 --nnodes 2 --node-rank ${rank} --dist-init-addr LEADER:20000 --context-length 16384 --max-running-requests 24 --chunked-prefill-size 8192 --mem-fraction-static 0.86${NPU} --quantization modelslim`).join("\n")],
    [model, "epyc-9654x2", "llama.cpp", { contextTokens: 16_384, concurrency: 2 }, `/app/llama-server --model MODEL/${model.replace(" ", "-")}-F16.gguf --alias ${model.replace(" ", "-")} --ctx-size 32768 --parallel 2 --ubatch-size 512 --threads 192 --numa distribute --offline --jinja`],
  ]),
];

/** What is the same in all rows. */
const plain = (words: string): string => words.replace(/ --served-model-name \S+/, "").replace(" --host 0.0.0.0 --port 8000", "").replaceAll("$".concat("{LEADER_ADDRESS}"), "LEADER").replaceAll(/\/opt\/models\/\S+?(?=[/ ]|$)/g, "MODEL");

/** Of a target's units, one a node. */
const units = (written: Readonly<Record<string, string>>): string[] => Object.keys(written).filter((name) => name.endsWith(".service")).map((name) => written[name] ?? "");
/** The environment of the first. */
const environment = (written: Readonly<Record<string, string>>): Record<string, string> => Object.fromEntries([...startOf(units(written)[0] ?? "").matchAll(/ --env ([A-Z_]+)=(\S+)/g)].map(([, name, value]) => [name ?? "", value ?? ""]));

describe("flags", () => {
  it.each(TABLE)("%s on %s with %s, %j", (model, site, kind, wish, expected) => {
    expect(units(files(model, site, kind, wish)).map((unit) => plain(flags(unit))).join("\n")).toBe(expected);
  });

  /** By hand: routed experts' numbers, all others', latent cache of a token (layers × 576 × 2 bytes), heads. */
  const SIZES = { "DeepSeek V2 Lite": { experts: 26 * 64 * 3 * 2048 * 1408, others: 1.32e9, token: 31_104, heads: 16 }, "DeepSeek V3": { experts: 58 * 256 * 3 * 7168 * 2048, others: 17.2e9, token: 70_272, heads: 128 } };
  const GIB = 2 ** 30;
  /** Devices of a node, their memory as the driver's tool reports it, and bytes of an expert's weight in the precision that the site is given. */
  const SITES: Readonly<Record<string, { devices: number; bytes: number }>> = { h100x8: { devices: 8, bytes: 81_559 * 2 ** 20 }, h200x8: { devices: 8, bytes: 143_771 * 2 ** 20 }, "910b3x8": { devices: 8, bytes: 64 * GIB }, a3x16: { devices: 16, bytes: 64 * GIB } };
  it.each(TABLE.filter(([, , kind]) => kind === "vllm" || kind === "vllm-ascend").filter(([, site]) => site in SITES))("a split that holds: %s on %s with %s, %j", (model, site, kind, wish, command) => {
    const { experts, others, token, heads } = SIZES[(ARCHITECTURE[model] ?? model) as keyof typeof SIZES];
    const { devices, bytes } = SITES[site] as { devices: number; bytes: number };
    const figure = (flag: string, absent = 1): number => Number(new RegExp(` --${flag} (\\d+)`).exec(command)?.[1] ?? absent);
    const tensor = figure("tensor-parallel-size");
    const data = figure("data-parallel-size");
    const nodes = wish.nodes ?? 1;
    expect([1, devices * nodes]).toContain(tensor * data);
    expect(figure("data-parallel-size-local", data) * tensor).toBe(tensor * data / nodes);
    expect(command.includes("--enable-expert-parallel")).toBe(tensor * data > 1);
    // One A2 has room for the caches of 16: what is left beside 4-bit experts.
    expect(figure("max-num-seqs") * data).toBe(heads === 128 && site === "910b3x8" && nodes === 1 ? 16 : (wish.concurrency ?? 1));
    if (kind === "vllm-ascend") expect(command.includes("FULL_DECODE_ONLY"), "graphs for 32, 64, 128 heads").toBe([32, 64, 128].includes(heads / tensor));
    // V2-Lite as published; V3's experts in 8 bits, in 4 where one A2 is all there is.
    const width = heads === 16 ? 2 : site === "910b3x8" && nodes === 1 ? 0.5 : 1;
    const onDevice = (experts * width) / (tensor * data) + (others * Math.max(1, width)) / tensor + figure("max-num-seqs") * figure("max-model-len") * token;
    expect(onDevice).toBeLessThan(0.9 * bytes);
  });

  it("are the same in unit, compose file and Kubernetes manifest", () => {
    const target = written("DeepSeek V3", "h200x8", "vllm", busy);
    for (const word of ["--data-parallel-size", "--enable-expert-parallel", "16384", "HF_HUB_OFFLINE"]) for (const name of ["vllm-site.service", "compose.yaml", "kubernetes.yaml"]) expect(target[name], name).toContain(word);
  });

  it("never let an engine run code that came with weights, look for updates or fetch an image", () => {
    for (const [model, site, kind, wish] of TABLE) {
      const target = files(model, site, kind, wish);
      const all = Object.values(target).join("\n");
      expect(all).not.toContain("--trust-remote-code");
      expect(all).not.toMatch(/pull_policy: (always|missing)|imagePullPolicy: (Always|IfNotPresent)/);
      // Hugging Face's own switches for a site without a network; llama.cpp has neither.
      expect(environment(target)).toMatchObject(kind === "llama.cpp" ? { LLAMA_OFFLINE: "1" } : { HF_HUB_OFFLINE: "1", TRANSFORMERS_OFFLINE: "1", ...(kind === "vllm" || kind === "vllm-ascend" ? { VLLM_NO_USAGE_STATS: "1" } : {}) });
    }
  });
});

describe("what surrounds the command", () => {
  const of = (site: string, kind: Kind, wish: Wish = {}, model = "DeepSeek R1") => {
    const target = files(model, site, kind, wish);
    const compose = parse(target["compose.yaml"] ?? target["compose.node-0.yaml"] ?? "");
    const service = Object.values<Record<string, unknown>>(compose.services)[0] ?? {};
    return { target, service, environment: environment(target), manifests: parseAllDocuments(target["kubernetes.yaml"] ?? "").map((document) => document.toJS()) };
  };

  it.each([
    // vllm-ascend, DeepSeek-R1 §5.1 and §5.2: HCCL_BUFFSIZE 200; A2 reaches its second server by RoCE and not by PCIe; A3 by HCCS.
    ["one A3", "a3x16", {}, "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15", [undefined, undefined], "vllm-ascend:v0.23.0-a3"],
    ["two A3", "a3x16", { nodes: 2 }, "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15", [undefined, undefined], "vllm-ascend:v0.23.0-a3"],
    ["one A2", "910b3x8", {}, "0,1,2,3,4,5,6,7", [undefined, undefined], "vllm-ascend:v0.23.0"],
    ["two A2", "910b3x8", { nodes: 2 }, "0,1,2,3,4,5,6,7", ["1", "0"], "vllm-ascend:v0.23.0"],
  ])("vLLM-Ascend on %s", (_what, site, nodes, visible, intra, image) => {
    const { environment: env, service, manifests, target } = of(site, "vllm-ascend", { ...busy, ...nodes });
    expect(env).toMatchObject({ HCCL_BUFFSIZE: "200", HCCL_OP_EXPANSION_MODE: "AIV", PYTORCH_NPU_ALLOC_CONF: "expandable_segments:True", OMP_PROC_BIND: "false", ASCEND_RT_VISIBLE_DEVICES: visible });
    expect([env["HCCL_INTRA_PCIE_ENABLE"], env["HCCL_INTRA_ROCE_ENABLE"]]).toEqual(intra);
    const isSpread = "nodes" in nodes;
    for (const name of ["HCCL_IF_IP", "HCCL_SOCKET_IFNAME", "GLOO_SOCKET_IFNAME", "TP_SOCKET_IFNAME"]) expect(name in env, name).toBe(isSpread);
    expect(service["image"]).toMatch(new RegExp(`^quay\\.io/ascend/${image.replaceAll(".", "\\.")}$`));
    const chips = visible.split(",").map((chip) => `/dev/davinci${chip}`);
    expect(service["devices"]).toEqual([...chips, "/dev/davinci_manager", "/dev/devmm_svm", "/dev/hisi_hdc"].map((device) => `${device}:${device}`));
    const mounted = (service["volumes"] as { source: string }[]).map(({ source }) => source);
    expect(mounted).toEqual(expect.arrayContaining(["/usr/local/dcmi", "/usr/local/bin/npu-smi", "/usr/local/Ascend/driver/lib64/", "/usr/local/Ascend/driver/version.info", "/usr/local/Ascend/driver/tools/hccn_tool", "/etc/ascend_install.info"]));
    expect(mounted.includes("/etc/hccn.conf")).toBe(isSpread);
    // The image's entrypoint reads the settings of CANN and NNAL before it hands over.
    expect(service["entrypoint"]).toBeUndefined();
    expect(units(target)[0]).not.toContain("--entrypoint");
    const workload = manifests.find(({ kind }) => kind === "Deployment" || kind === "LeaderWorkerSet");
    const pod = isSpread ? workload.spec.leaderWorkerTemplate.workerTemplate : workload.spec.template;
    expect(pod.spec.containers[0].command).toBeUndefined();
    expect(pod.spec.containers[0].resources.limits).toEqual({ "huawei.com/Ascend910": String(chips.length) });
    if (isSpread) expect(workload.spec.leaderWorkerTemplate.size).toBe(2);
  });

  it("HCCL's buffer grows with the batch as the dispatch of tokens asks: 2 × 64 × (256 × 14 848 + 9 × 14 336) bytes are 480 MiB", () => {
    expect(of("a3x16", "vllm-ascend", { contextTokens: 1024, concurrency: 1024 }).environment["HCCL_BUFFSIZE"]).toBe("500");
  });

  it.each([["vllm", "h200x8", "/health"], ["sglang", "h200x8", "/health"], ["tensorrt-llm", "h200x8", "/health"], ["vllm-ascend", "a3x16", "/health"], ["mindie", "a3x16", "/v1/models"]] as const)("%s is asked for its health at the port that is open outside its container", (kind, site, route) => {
    const { target, service, manifests } = of(site, kind, { contextTokens: 4096 });
    expect(service["ports"]).toEqual(["127.0.0.1:8000:8000"]);
    expect(target["health.sh"]).toContain(`url=http://127.0.0.1:8000${route}\n`);
    expect(JSON.stringify(service["healthcheck"])).toContain(`http://127.0.0.1:8000${route}`);
    const deployment = manifests.find(({ kind: each }) => each === "Deployment");
    expect(deployment.spec.template.spec.containers[0].readinessProbe.httpGet).toEqual({ path: route, port: 8000 });
  });

  it("shared memory is the host's, or as much as a pod asks for", () => {
    const { service, manifests, target } = of("h200x8", "vllm", busy);
    expect(service["ipc"]).toBe("host");
    expect(units(target)[0]).toContain("--ipc host");
    expect(manifests.find(({ kind }) => kind === "Deployment").spec.template.spec.volumes).toContainEqual({ name: "shared-memory", emptyDir: { medium: "Memory" } });
  });

  it("TensorRT-LLM takes prompts longer than a step, on the kernels of Hopper", () => {
    const options = (wish: Wish) => parse(files("DeepSeek R1", "h200x8", "tensorrt-llm", wish)["extra-llm-api-options.yaml"] ?? "");
    expect(options(busy)).toEqual({ enable_attention_dp: true, enable_chunked_prefill: true, moe_config: { backend: "CUTLASS" }, kv_cache_config: { dtype: "auto", free_gpu_memory_fraction: 0.9 }, cuda_graph_config: { enable_padding: true, max_batch_size: 8 } });
    expect(options({ contextTokens: 8192 })).not.toHaveProperty("enable_chunked_prefill");
  });

  it("vLLM on processors is bound to all of them, in the image of their architecture", () => {
    const x86 = of("epyc-9654x2", "vllm", {}, "DeepSeek V2 Lite");
    expect(x86.environment).toMatchObject({ VLLM_CPU_KVCACHE_SPACE: "1", VLLM_CPU_OMP_THREADS_BIND: "nobind", OMP_NUM_THREADS: "192" });
    expect(x86.service).toMatchObject({ image: "public.ecr.aws/q9t5s3a7/vllm-cpu-release-repo:v0.23.0", cap_add: ["SYS_NICE"] });
    expect(of("kunpeng920", "vllm", {}, "DeepSeek V2 Lite").service["image"]).toBe("public.ecr.aws/q9t5s3a7/vllm-arm64-cpu-release-repo:v0.23.0");
  });

  it("a default image says that nobody looked it up, and gives way to one that is named", () => {
    expect(of("a3x16", "vllm-ascend", busy).target["README.md"]).toContain("Nobody looked it up in its registry");
    const named = of("a3x16", "vllm-ascend", { ...busy, image: "registry.site/vllm:1" });
    expect(named.service["image"]).toBe("registry.site/vllm:1");
    expect(named.target["README.md"]).not.toContain("Nobody looked it up");
  });

  it.each([["DeepSeek V2 Lite", "910b3x8", {}, 8, 8], ["DeepSeek R1", "a3x16", { contextTokens: 4096 }, 16, 16], ["DeepSeek V3", "910b3x8", { contextTokens: 4096, nodes: 2 }, 8, 16], ["DeepSeek R1", "910b3x8", { contextTokens: 4096, nodes: 4 }, 8, 32]])("MindIE for %s on %s, %j", (model, site, wish, onNode, all) => {
    const { target, environment: env, service } = of(site, "mindie", wish, model);
    const { ServerConfig, BackendConfig } = JSON.parse(target["config.json"] ?? "");
    // Keys of MindIE-LLM's src/server/conf/config.json; worldSize and npuDeviceIds are of one node, WORLD_SIZE of all.
    expect(ServerConfig).toMatchObject({ port: 8000, managementPort: 8001, httpsEnabled: false, openAiSupport: "vllm", managementIpAddress: "127.0.0.1" });
    expect(BackendConfig).toMatchObject({ npuDeviceIds: [Array.from({ length: onNode }, (_, index) => index)], multiNodesInferEnabled: all > onNode });
    const [deployed] = BackendConfig.ModelDeployConfig.ModelConfig;
    expect(deployed).toMatchObject({ modelName: model.replaceAll(" ", "-"), worldSize: onNode, npuMemSize: -1, backendType: "atb", trustRemoteCode: false, moe_ep: all, moe_tp: 1 });
    expect(deployed.tp * deployed.dp).toBe(all);
    expect(BackendConfig.ModelDeployConfig).toMatchObject({ maxSeqLen: 4096, maxInputTokenLen: 4095 });
    expect(BackendConfig.ScheduleConfig).toMatchObject({ cacheBlockSize: 128, maxPrefillTokens: 8192, maxBatchSize: 1, maxPrefillBatchSize: 1 });
    expect(env).toMatchObject({ NPU_MEMORY_FRACTION: "0.8", HF_HUB_OFFLINE: "1" });
    expect([env["WORLD_SIZE"], env["RANK_TABLE_FILE"]]).toEqual(all > onNode ? [String(all), "/etc/sallyport/rank-table.json"] : [undefined, undefined]);
    expect(service["devices"]).toHaveLength(onNode + 3);
  });
});

describe("a target that cannot be written", () => {
  it.each([
    ["TensorRT-LLM on several nodes", () => written("DeepSeek V3", "h100x8", "tensorrt-llm", { contextTokens: 4096, nodes: 2 }), "bundle.targetInvalid", "mpirun"],
    ["MindIE on more nodes than it spans", () => written("DeepSeek V3", "910b3x8", "mindie", { contextTokens: 131_072, concurrency: 512, nodes: 8 }), "bundle.targetDoesNotFit", "needBytes"],
    ["an engine of another vendor", () => written("DeepSeek V3", "h200x8", "vllm-ascend"), "bundle.targetInvalid", "engine.needsAscend"],
    ["a machine that is too small", () => written("DeepSeek V3", "l40s", "llama.cpp"), "bundle.targetDoesNotFit", "needBytes"],
    ["ATC for experts", () => written("DeepSeek V2 Lite", "910b3x8", "atc", { precision: "f32" }), "bundle.targetInvalid", "rows as their tokens"],
    ["ATC for weights in blocks", () => written("Llama 3 8B", "910b3x8", "atc", { precision: "int4" }), "bundle.targetInvalid", "MatMulNBits"],
    ["ATC for a site without the chip's name", () => written("Llama 3 8B", "a3x16", "atc", { precision: "f32" }), "bundle.targetInvalid", "soc_version"],
    ["a folder that turns its name around", () => written("DeepSeek V2 Lite", "h100x8", "vllm", { directory: "/opt/\u202emodels" }), "bundle.targetInvalid", "do not show"],
  ])("%s", (_what, write, code, reason) => {
    expect(write).toThrow(code);
    expect(write).toThrow(reason);
  });
});

it("ATC compiles a dense float32 graph for the chip that the site has", () => {
  expect(written("Llama 3 8B", "910b3x8", "atc", { precision: "f32" })["compile.sh"]).toMatch(/exec atc --framework=5 --model="\$package\/graph\.onnx" --output="\$out" --soc_version=Ascend910B3 --input_format=ND \\\n {2}--input_shape='input_ids:1;position_ids:1;/);
});
