// llama.cpp (node-llama-cpp, CPU) as the other half of bench-peers.ts: takes a JSON command a line, answers a JSON line.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { getLlama, LlamaLogLevel } from "node-llama-cpp";

const [modelPath, threads, contexts] = [process.argv[2], Number(process.argv[3]), JSON.parse(process.argv[4])];
const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.error });
const model = await llama.loadModel({ modelPath });
const held = new Map();
const contextOf = async (size) => {
  if (!held.has(size)) held.set(size, await model.createContext({ contextSize: size, batchSize: 512, threads }));
  return held.get(size);
};
const ids = (count, seed) => Array.from({ length: count }, (_, i) => 300 + ((i * 7 + seed * 13) % 20000));
const deep = new Map();

async function decode(sequence, count) {
  const times = [];
  let last = performance.now();
  for await (const _ of sequence.evaluate([305], { temperature: 0 })) {
    const now = performance.now();
    times.push(now - last);
    last = now;
    if (times.length > count) break;
  }
  return ((times.length - 1) / times.slice(1).reduce((sum, ms) => sum + ms, 0)) * 1000;
}

async function answer({ kind, tokens, generate, seed }) {
  if (kind === "first") {
    const sequence = (await contextOf(256)).getSequence();
    for await (const _ of sequence.evaluate(ids(tokens, seed), { temperature: 0 })) break;
    return null;
  }
  if (kind === "prefill") {
    const sequence = (await contextOf(1024)).getSequence();
    const started = performance.now();
    await sequence.evaluateWithoutGeneratingNewTokens(ids(tokens, seed));
    const speed = (tokens / (performance.now() - started)) * 1000;
    sequence.dispose();
    return speed;
  }
  if (kind === "decode") {
    if (!deep.has(tokens)) {
      const sequence = (await contextOf(tokens + 2048)).getSequence();
      await sequence.evaluateWithoutGeneratingNewTokens(ids(tokens, 1));
      deep.set(tokens, sequence);
    }
    return decode(deep.get(tokens), generate);
  }
  const sum = (file, pattern) => [...readFileSync(file, "utf8").matchAll(pattern)].reduce((total, match) => total + Number(match[1]) * 1024, 0);
  return { privateBytes: sum("/proc/self/smaps_rollup", /^Private_(?:Dirty|Hugetlb):\s+(\d+) kB/gm), peakResidentBytes: sum("/proc/self/status", /^VmHWM:\s+(\d+) kB/gm) };
}

console.log(JSON.stringify({ ready: true, contexts }));
for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify({ value: await answer(JSON.parse(line)) }));
process.exit(0);
