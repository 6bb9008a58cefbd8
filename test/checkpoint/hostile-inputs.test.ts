import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openCheckpoint } from "../../main/checkpoint/open-checkpoint.ts";
import { createTensorSource } from "../../main/checkpoint/tensor-source.ts";
import { createNodeFiles } from "../../main/hosts/node-files.ts";
import type { ErrorCode } from "../../shared/errors.ts";
import {
  bfloat16, DEEPSEEK_FLOAT8, errorOf, float8, float32, rawSafetensors, safetensors, temporaryDirectory, writeCheckpoint, zeros,
} from "./checkpoint-fixture.ts";

const files = createNodeFiles();

interface Hostile {
  readonly what: string;
  readonly code: ErrorCode;
  readonly details?: Record<string, unknown>;
  readonly make: (directory: string) => void;
}

const write = (changes: Parameters<typeof writeCheckpoint>[1]) => (directory: string): void => void writeCheckpoint(directory, changes);
const weights = (content: Uint8Array) => write({ "model.safetensors": content });
const header = (text: string, dataBytes = 0) => weights(rawSafetensors(text, new Uint8Array(dataBytes)));
const tensor = (body: string, dataBytes = 4) => header(`{"a":{${body}}}`, dataBytes);
const length = (value: bigint): Uint8Array => new Uint8Array(BigUint64Array.of(value, 0n).buffer);
const sharded = (weightMap: unknown, changes: Parameters<typeof writeCheckpoint>[1] = {}) =>
  write({
    "model.safetensors": null, "one.safetensors": safetensors({ a: bfloat16([2]) }), "two.safetensors": safetensors({ b: bfloat16([2]) }),
    "model.safetensors.index.json": { weight_map: weightMap }, ...changes,
  });
const quantized = (changes: object) => write({ "config.json": { quantization_config: { ...DEEPSEEK_FLOAT8.quantization_config, ...changes } } });
const float8Weights = (tensors: Parameters<typeof safetensors>[0]) => write({ "config.json": DEEPSEEK_FLOAT8, "model.safetensors": safetensors(tensors) });
const nothing = (): void => undefined;

const DIRECTORIES: Hostile[] = [
  { what: "a directory that is not there", code: "checkpoint.notFound", make: nothing },
  { what: "a file in place of the directory", code: "checkpoint.notADirectory", make: (directory) => writeFileSync(directory, "x") },
  { what: "no config.json", code: "checkpoint.configMissing", make: write({ "config.json": null }) },
  { what: "no weights", code: "checkpoint.noWeights", make: write({ "model.safetensors": null }) },
  { what: "weights of another format", code: "checkpoint.noWeights", make: write({ "model.safetensors": null, "model.gguf": "GGUF" }) },
  { what: "a file with no tensors", code: "checkpoint.noWeights", make: header("{}") },
  { what: "pickles only", code: "checkpoint.pickleRefused", details: { file: "pytorch_model.bin" }, make: write({ "model.safetensors": null, "a.pkl": "", "pytorch_model.bin": "" }) },
  ...["weights.pt", "weights.pth", "last.ckpt", "weights.PKL", "w.pickle"].map((file): Hostile => ({
    what: `a pickle called ${file}`, code: "checkpoint.pickleRefused", details: { file }, make: write({ "model.safetensors": null, [file]: "" }),
  })),
  { what: "a PyTorch archive renamed", code: "checkpoint.pickleRefused", make: weights(Buffer.from("PK\x03\x04\x00\x00\x08\x08\x00\x00", "latin1")) },
  { what: "a bare pickle renamed", code: "checkpoint.pickleRefused", make: weights(Buffer.from("\x80\x02\x8a\x0al\xfc\x9cF\xf9 j", "latin1")) },
  { what: "a pipe in place of the weights", code: "files.readFailed", make: (directory) => {
    writeCheckpoint(directory, { "model.safetensors": null });
    execFileSync("mkfifo", [join(directory, "model.safetensors")]);
  } },
  { what: "a directory in place of config.json", code: "files.readFailed", make: (directory) => {
    writeCheckpoint(directory, { "config.json": null });
    mkdirSync(join(directory, "config.json"));
  } },
  { what: "config.json as a link out of the directory", code: "checkpoint.linkEscapes", make: (directory) => {
    writeCheckpoint(directory, { "config.json": null });
    symlinkSync("/etc/hostname", join(directory, "config.json"));
  } },
  { what: "weights as a link to a neighbour whose name begins alike", code: "checkpoint.linkEscapes", make: (directory) => {
    writeCheckpoint(`${directory}-other`);
    writeCheckpoint(directory, { "model.safetensors": null });
    symlinkSync(join(`${directory}-other`, "model.safetensors"), join(directory, "model.safetensors"));
  } },
  { what: "a licence as a link out of the directory", code: "checkpoint.linkEscapes", make: (directory) => {
    writeCheckpoint(directory);
    symlinkSync("/etc/passwd", join(directory, "LICENSE"));
  } },
  { what: "a README that links to nothing", code: "files.readFailed", make: (directory) => {
    writeCheckpoint(directory);
    symlinkSync("gone", join(directory, "README.md"));
  } },
  { what: "config.json as a link to itself", code: "checkpoint.configMissing", make: (directory) => {
    writeCheckpoint(directory, { "config.json": null });
    symlinkSync("config.json", join(directory, "config.json"));
  } },
];

const HEADERS: Hostile[] = [
  { what: "an empty file", code: "checkpoint.headerTruncated", make: weights(new Uint8Array(0)) },
  { what: "a file shorter than its length field", code: "checkpoint.headerTruncated", make: weights(new Uint8Array(7)) },
  { what: "a header longer than the file", code: "checkpoint.headerTruncated", make: weights(length(1000n)) },
  { what: "a header above the limit", code: "checkpoint.headerTooLong", make: weights(length(100_000_001n)) },
  { what: "a header of 2^64 - 1 bytes", code: "checkpoint.headerTooLong", make: weights(length(0xffff_ffff_ffff_ffffn)) },
  { what: "a header of no bytes", code: "checkpoint.headerInvalid", make: weights(length(0n)) },
  { what: "a Git LFS pointer", code: "checkpoint.headerInvalid", make: weights(Buffer.from("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")) },
  { what: "a GGUF file renamed", code: "checkpoint.headerInvalid", make: weights(Buffer.from("GGUF\x03\x00\x00\x00\x00\x00\x00\x00", "latin1")) },
  { what: "a header that is an array", code: "checkpoint.headerInvalid", make: header("[]") },
  { what: "a header that begins with a space", code: "checkpoint.headerInvalid", make: header(" {}") },
  { what: "a header that is not JSON", code: "checkpoint.headerInvalid", make: header("{a:1}") },
  { what: "a header that is not UTF-8", code: "checkpoint.headerInvalid", make: weights(Buffer.concat([length(4n).subarray(0, 8), Buffer.from([0x7b, 0x22, 0xff, 0x7d])])) },
  { what: "two JSON documents", code: "checkpoint.headerInvalid", make: header("{}{}") },
  { what: "a string that does not end", code: "checkpoint.headerInvalid", make: header('{"a') },
  { what: "an escape that is none", code: "checkpoint.headerInvalid", make: header('{"\\q":{}}') },
  { what: "a million brackets", code: "checkpoint.headerInvalid", make: header(`{"a":${"[".repeat(1_000_000)}`) },
  { what: "a million objects inside each other", code: "checkpoint.headerInvalid", make: header('{"a":'.repeat(1_000_000)) },
  { what: "a tensor without dtype", code: "checkpoint.headerInvalid", make: tensor('"shape":[2],"data_offsets":[0,4]') },
  { what: "a field the format does not have", code: "checkpoint.headerInvalid", make: tensor('"dtype":"BF16","shape":[2],"data_offsets":[0,4],"file":"/etc/passwd"') },
  { what: "a tensor called __proto__ without content", code: "checkpoint.headerInvalid", make: header('{"__proto__":{}}') },
  { what: "metadata that is not text", code: "checkpoint.headerInvalid", make: header('{"__metadata__":{"a":1}}') },
  { what: "metadata that is a list", code: "checkpoint.headerInvalid", make: header('{"__metadata__":[]}') },
  { what: "metadata twice", code: "checkpoint.duplicateName", make: header('{"__metadata__":{},"__metadata__":{}}') },
  { what: "a metadata key twice", code: "checkpoint.duplicateName", make: header('{"__metadata__":{"a":"1","a":"2"}}') },
  { what: "a tensor twice", code: "checkpoint.duplicateName", details: { name: "a" }, make: header('{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}', 4) },
  { what: "a tensor twice, once escaped", code: "checkpoint.duplicateName", make: header('{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"\\u0061":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}', 4) },
  { what: "a shape twice", code: "checkpoint.duplicateName", details: { name: "a.shape" }, make: tensor('"dtype":"BF16","shape":[2],"shape":[1],"data_offsets":[0,4]') },
  { what: "an empty name", code: "checkpoint.tensorNameInvalid", make: header('{"":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}', 4) },
  { what: "a name that clears the terminal", code: "checkpoint.tensorNameInvalid", make: header('{"\\u001b[2J":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}', 4) },
  { what: "a name of broken Unicode", code: "checkpoint.tensorNameInvalid", make: header('{"\\ud800":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}', 4) },
  { what: "a name of 2000 characters", code: "checkpoint.tensorNameInvalid", make: header(`{"${"n".repeat(2000)}":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}`, 4) },
  { what: "a dtype nobody knows", code: "checkpoint.dtypeUnsupported", make: tensor('"dtype":"Q4_K","shape":[2],"data_offsets":[0,4]') },
  { what: "a dtype named after a method of objects", code: "checkpoint.dtypeUnsupported", make: tensor('"dtype":"constructor","shape":[2],"data_offsets":[0,4]') },
  ...[["I64", 8], ["F64", 8], ["U8", 1], ["I32", 4], ["F8_E5M2", 1], ["F8_E8M0", 1], ["BOOL", 1]].map(([dtype, width]): Hostile => ({
    what: `weights stored as ${dtype}`, code: "checkpoint.dtypeUnsupported", details: { found: dtype }, make: weights(safetensors({ a: zeros(String(dtype), [2], Number(width)) })),
  })),
  { what: "a negative dimension", code: "checkpoint.shapeInvalid", make: tensor('"dtype":"BF16","shape":[-2],"data_offsets":[0,4]') },
  { what: "a fractional dimension", code: "checkpoint.shapeInvalid", make: tensor('"dtype":"BF16","shape":[2.0],"data_offsets":[0,4]') },
  { what: "a dimension with an exponent", code: "checkpoint.shapeInvalid", make: tensor('"dtype":"BF16","shape":[2e0],"data_offsets":[0,4]') },
  { what: "a dimension with a leading zero", code: "checkpoint.shapeInvalid", make: tensor('"dtype":"BF16","shape":[02],"data_offsets":[0,4]') },
  { what: "a dimension above 2^53", code: "checkpoint.shapeInvalid", make: tensor('"dtype":"BF16","shape":[9007199254740993],"data_offsets":[0,4]') },
  { what: "a dimension that is text", code: "checkpoint.shapeInvalid", make: tensor('"dtype":"BF16","shape":["2"],"data_offsets":[0,4]') },
  { what: "a shape that is a number", code: "checkpoint.shapeInvalid", make: tensor('"dtype":"BF16","shape":2,"data_offsets":[0,4]') },
  { what: "a shape of nine dimensions", code: "checkpoint.shapeInvalid", make: tensor('"dtype":"BF16","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,4]') },
  { what: "a product that wraps round at 2^64", code: "checkpoint.shapeInvalid", make: tensor('"dtype":"BF16","shape":[4294967296,4294967296,2],"data_offsets":[0,4]') },
  { what: "a large product hidden behind a zero", code: "checkpoint.shapeInvalid", make: tensor('"dtype":"BF16","shape":[4294967296,4294967296,0],"data_offsets":[0,4]') },
  { what: "half a byte of 4-bit floats", code: "checkpoint.shapeInvalid", make: tensor('"dtype":"F4","shape":[3],"data_offsets":[0,4]') },
  { what: "offsets beyond the end", code: "checkpoint.offsetOutOfBounds", make: tensor('"dtype":"BF16","shape":[4],"data_offsets":[0,8]') },
  { what: "offsets beyond 2^53", code: "checkpoint.offsetOutOfBounds", make: tensor('"dtype":"BF16","shape":[2],"data_offsets":[18446744073709551612,18446744073709551616]') },
  { what: "negative offsets", code: "checkpoint.offsetOutOfBounds", make: tensor('"dtype":"BF16","shape":[2],"data_offsets":[-4,0]') },
  { what: "offsets the wrong way round", code: "checkpoint.offsetOutOfBounds", make: tensor('"dtype":"BF16","shape":[2],"data_offsets":[4,0]') },
  { what: "a range smaller than the shape", code: "checkpoint.sizeMismatch", make: tensor('"dtype":"BF16","shape":[4],"data_offsets":[0,4]') },
  { what: "a range larger than the shape", code: "checkpoint.sizeMismatch", make: tensor('"dtype":"BF16","shape":[1],"data_offsets":[0,4]') },
  { what: "a scalar of no bytes", code: "checkpoint.sizeMismatch", make: tensor('"dtype":"BF16","shape":[],"data_offsets":[0,0]', 0) },
  { what: "two tensors on the same bytes", code: "checkpoint.tensorsOverlap", make: header('{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}', 4) },
  { what: "two tensors that share two bytes", code: "checkpoint.tensorsOverlap", make: header('{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[2,6]}}', 6) },
  { what: "a hole before the first tensor", code: "checkpoint.gapBetweenTensors", make: tensor('"dtype":"BF16","shape":[2],"data_offsets":[4,8]', 8) },
  { what: "a hole between tensors", code: "checkpoint.gapBetweenTensors", details: { tensor: "b", bytes: 2 }, make: header('{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[6,10]}}', 10) },
  { what: "bytes behind the last tensor", code: "checkpoint.gapBetweenTensors", details: { bytes: 100 }, make: tensor('"dtype":"BF16","shape":[2],"data_offsets":[0,4]', 104) },
];

const SHARDS: Hostile[] = [
  { what: "an index entry that climbs out", code: "checkpoint.indexPathEscapes", make: sharded({ a: "../one.safetensors" }) },
  { what: "an index entry with an absolute path", code: "checkpoint.indexPathEscapes", make: sharded({ a: "/etc/passwd" }) },
  { what: "an index entry with a drive", code: "checkpoint.indexPathEscapes", make: sharded({ a: "C:one.safetensors" }) },
  { what: "an index entry with a backslash", code: "checkpoint.indexPathEscapes", make: sharded({ a: "..\\one.safetensors" }) },
  { what: "an index entry with a zero byte", code: "checkpoint.indexPathEscapes", make: sharded({ a: "one.safetensors\0" }) },
  { what: "an index that names a pickle", code: "checkpoint.pickleRefused", make: sharded({ a: "one.safetensors", b: "pytorch_model-00002.bin" }) },
  { what: "an index that names some other file", code: "checkpoint.fieldInvalid", make: sharded({ a: "config.json" }) },
  { what: "an index entry that is a number", code: "checkpoint.fieldInvalid", make: sharded({ a: 1 }) },
  { what: "an index without weight_map", code: "checkpoint.fieldInvalid", make: sharded(undefined) },
  { what: "an index whose weight_map is a list", code: "checkpoint.fieldInvalid", make: sharded([]) },
  { what: "an index that names no shard", code: "checkpoint.noWeights", make: sharded({}) },
  { what: "an index with a tensor twice", code: "checkpoint.duplicateName", make: sharded({}, { "model.safetensors.index.json": '{"weight_map":{"a":"one.safetensors","a":"two.safetensors"}}' }) },
  { what: "an index that is no JSON", code: "checkpoint.jsonInvalid", make: sharded({}, { "model.safetensors.index.json": "{" }) },
  { what: "a shard that is missing", code: "checkpoint.shardMissing", details: { shard: "three.safetensors" }, make: sharded({ a: "one.safetensors", b: "two.safetensors", c: "three.safetensors" }) },
  { what: "a shard whose link leads nowhere", code: "checkpoint.shardMissing", make: (directory) => {
    sharded({ a: "one.safetensors", b: "two.safetensors", c: "three.safetensors" })(directory);
    symlinkSync("gone", join(directory, "three.safetensors"));
  } },
  { what: "a numbered series with a hole and no index", code: "checkpoint.shardMissing", details: { shard: "model-00002-of-00002.safetensors" }, make: write({ "model.safetensors": null, "model-00001-of-00002.safetensors": safetensors({ a: bfloat16([2]) }) }) },
  { what: "an index entry whose tensor is in another shard", code: "checkpoint.tensorNotInShard", make: sharded({ a: "two.safetensors", b: "one.safetensors" }) },
  { what: "an index entry whose tensor is nowhere", code: "checkpoint.tensorNotInShard", make: sharded({ a: "one.safetensors", b: "two.safetensors", ghost: "two.safetensors" }) },
  { what: "an index that hides a tensor", code: "checkpoint.tensorUnexpected", make: sharded({ a: "one.safetensors", b: "two.safetensors" }, { "two.safetensors": safetensors({ b: bfloat16([2]), hidden: bfloat16([2]) }) }) },
  { what: "a tensor in two shards of an index", code: "checkpoint.duplicateTensor", make: sharded({ a: "one.safetensors", b: "two.safetensors" }, { "two.safetensors": safetensors({ b: bfloat16([2]), a: bfloat16([2]) }) }) },
  { what: "a tensor in two files without index", code: "checkpoint.duplicateTensor", make: sharded({}, { "model.safetensors.index.json": null, "two.safetensors": safetensors({ a: bfloat16([2]) }) }) },
  { what: "an index beside a model.safetensors it does not name", code: "checkpoint.fieldInvalid", make: sharded({ a: "one.safetensors", b: "two.safetensors" }, { "model.safetensors": safetensors({ a: bfloat16([2]) }) }) },
  { what: "a shard cut short", code: "checkpoint.offsetOutOfBounds", make: (directory) => {
    const content = safetensors({ a: bfloat16([2, 3]) });
    writeCheckpoint(directory, { "model.safetensors": content });
    truncateSync(join(directory, "model.safetensors"), content.byteLength - 1);
  } },
];

const COMPANIONS: Hostile[] = [
  { what: "a config that is not JSON", code: "checkpoint.jsonInvalid", make: write({ "config.json": "{'model_type': 'llama'}" }) },
  { what: "a config that is a list", code: "checkpoint.jsonInvalid", make: write({ "config.json": "[]" }) },
  { what: "a config that is null", code: "checkpoint.jsonInvalid", make: write({ "config.json": "null" }) },
  { what: "a config that is not UTF-8", code: "checkpoint.jsonInvalid", make: write({ "config.json": new Uint8Array([0x7b, 0xff, 0x7d]) }) },
  { what: "a config a million levels deep", code: "checkpoint.jsonInvalid", make: write({ "config.json": '{"a":'.repeat(1_000_000) }) },
  { what: "a config that says two things", code: "checkpoint.duplicateName", details: { name: "model_type" }, make: write({ "config.json": '{"model_type":"llama","model_type":"mixtral"}' }) },
  { what: "a config of 17 MB", code: "checkpoint.jsonTooLarge", make: write({ "config.json": `{"a":"${"x".repeat(17_000_000)}"}` }) },
  { what: "a generation config that is not JSON", code: "checkpoint.jsonInvalid", make: write({ "generation_config.json": "{" }) },
  { what: "a tokenizer config that is a list", code: "checkpoint.jsonInvalid", make: write({ "tokenizer_config.json": "[]" }) },
  { what: "a tokenizer that is not JSON", code: "checkpoint.tokenizerInvalid", make: write({ "tokenizer.json": "nonsense" }) },
  { what: "a tokenizer without a model", code: "checkpoint.tokenizerInvalid", make: write({ "tokenizer.json": {} }) },
  { what: "a tokenizer without a vocabulary", code: "checkpoint.tokenizerInvalid", make: write({ "tokenizer.json": { model: { type: "BPE" } } }) },
  { what: "a template that does not parse", code: "checkpoint.templateInvalid", details: { file: "chat_template.jinja" }, make: write({ "chat_template.jinja": "{% for m in messages %}" }) },
  { what: "a template nested beyond the parser's stack", code: "checkpoint.templateInvalid", make: write({ "chat_template.jinja": `{{ ${"(".repeat(200_000)} }}` }) },
  { what: "a template above the limit", code: "checkpoint.templateInvalid", make: write({ "chat_template.jinja": "x".repeat(262_145) }) },
  { what: "a template of white space that takes the parser a minute", code: "checkpoint.templateInvalid", make: write({ "chat_template.jinja": `${" ".repeat(200_000)}x` }) },
  { what: "a broken template inside tokenizer_config", code: "checkpoint.templateInvalid", details: { file: "tokenizer_config.json" }, make: write({ "tokenizer_config.json": { chat_template: "{{ a" } }) },
  { what: "a template that is a number", code: "checkpoint.templateInvalid", make: write({ "tokenizer_config.json": { chat_template: 1 } }) },
  { what: "a list of templates without text", code: "checkpoint.templateInvalid", make: write({ "tokenizer_config.json": { chat_template: [{ name: "default" }] } }) },
];

const QUANTIZED: Hostile[] = [
  ...["gptq", "awq", "bitsandbytes", "compressed-tensors", "mxfp4", "modelopt", "constructor"].map((method): Hostile => ({
    what: `quantization by ${method}`, code: "checkpoint.quantizationUnsupported", details: { found: JSON.stringify(method) }, make: quantized({ quant_method: method }),
  })),
  { what: "a quantization_config that is a text", code: "checkpoint.quantizationUnsupported", make: write({ "config.json": { quantization_config: "fp8" } }) },
  { what: "an early compression_config", code: "checkpoint.quantizationUnsupported", make: write({ "config.json": { compression_config: { format: "int4" } } }) },
  { what: "float8 of the other kind", code: "checkpoint.quantizationUnsupported", make: quantized({ fmt: "e5m2" }) },
  { what: "float8 with static activations", code: "checkpoint.quantizationUnsupported", make: quantized({ activation_scheme: "static" }) },
  { what: "float8 without blocks", code: "checkpoint.quantizationUnsupported", make: quantized({ weight_block_size: null }) },
  { what: "float8 in blocks of zero", code: "checkpoint.quantizationUnsupported", make: quantized({ weight_block_size: [0, 128] }) },
  { what: "float8 in blocks of a million", code: "checkpoint.quantizationUnsupported", make: quantized({ weight_block_size: [128, 1_000_000] }) },
  { what: "float8 in blocks of three dimensions", code: "checkpoint.quantizationUnsupported", make: quantized({ weight_block_size: [1, 128, 128] }) },
  { what: "float8 weights in a config that does not mention them", code: "checkpoint.quantizationUnsupported", make: weights(safetensors({ "a.weight": float8([2, 2]), "a.weight_scale_inv": float32([1, 1]) })) },
  { what: "float8 weights without scales", code: "checkpoint.scaleMissing", details: { scale: "a.weight_scale_inv" }, make: float8Weights({ "a.weight": float8([2, 2]) }) },
  { what: "scales of the wrong shape", code: "checkpoint.scaleShape", make: float8Weights({ "a.weight": float8([129, 2]), "a.weight_scale_inv": float32([1, 1]) }) },
  { what: "scales turned on their side", code: "checkpoint.scaleShape", make: float8Weights({ "a.weight": float8([129, 2]), "a.weight_scale_inv": float32([1, 2]) }) },
  { what: "a float8 vector", code: "checkpoint.scaleShape", make: float8Weights({ "a.weight": float8([4]), "a.weight_scale_inv": float32([1]) }) },
  { what: "scales in half precision", code: "checkpoint.dtypeUnsupported", make: float8Weights({ "a.weight": float8([2, 2]), "a.weight_scale_inv": zeros("F16", [1, 1], 2) }) },
  { what: "scales of a weight that is absent", code: "checkpoint.tensorUnexpected", make: float8Weights({ "b.weight": bfloat16([2]), "a.weight_scale_inv": float32([1, 1]) }) },
  { what: "scales of a weight that is not float8", code: "checkpoint.tensorUnexpected", make: float8Weights({ "a.weight": bfloat16([2, 2]), "a.weight_scale_inv": float32([1, 1]) }) },
];

describe.each([
  ["directories and links", DIRECTORIES], ["safetensors headers", HEADERS], ["shards and index", SHARDS], ["files beside the weights", COMPANIONS], ["quantization", QUANTIZED],
] as const)("hostile %s", (_group, cases) => {
  it.each(cases)("$what is refused by $code", async ({ code, details, make }) => {
    const directory = join(temporaryDirectory(), "checkpoint");
    make(directory);
    const error = await errorOf(() => openCheckpoint(files, directory));
    expect(error.code, error.message).toBe(code);
    if (details !== undefined) expect(error.details).toMatchObject(details);
  });
});

const VALUES = [
  { what: "NaN in bfloat16", weight: bfloat16([2, 3], 0x7fc0) }, { what: "infinity in bfloat16", weight: bfloat16([2, 3], 0x7f80) },
  { what: "minus infinity in bfloat16", weight: bfloat16([2, 3], 0xff80) }, { what: "NaN in float32", weight: float32([2, 3], Number.NaN) },
  { what: "infinity in float32", weight: float32([2, 3], -Infinity) },
  { what: "NaN in float16", weight: { ...bfloat16([2, 3], 0x7e00), dtype: "F16" } }, { what: "infinity in float16", weight: { ...bfloat16([2, 3], 0xfc00), dtype: "F16" } },
  { what: "NaN in float8", weight: float8([2, 3], 0x7f) }, { what: "negative NaN in float8", weight: float8([2, 3], 0xff) },
];

describe("hostile values", () => {
  it.each(VALUES)("$what is refused with tensor and index", async ({ weight }) => {
    const bytes = new Uint8Array(weight.bytes.length);
    const width = bytes.length / 6;
    bytes.set(weight.bytes.subarray(0, width), 4 * width);
    const tensors = { "a.weight": { ...weight, bytes }, ...(weight.dtype === "F8_E4M3" ? { "a.weight_scale_inv": float32([1, 1]) } : {}) };
    const directory = writeCheckpoint(temporaryDirectory(), { "config.json": DEEPSEEK_FLOAT8, "model.safetensors": safetensors(tensors) });
    const source = createTensorSource(files, await openCheckpoint(files, directory));
    const error = await errorOf(() => source.readRows("a.weight", 1, 1, new Float32Array(3)));
    await source.close();
    expect(error.code).toBe("checkpoint.valueNotFinite");
    expect(error.details).toEqual({ tensor: "a.weight", file: "model.safetensors", index: 4 });
  });

  it.each([["NaN", Number.NaN], ["infinity", Infinity], ["a scale that overflows float32", 1e37]])("%s as a block scale is refused with the scale's name and index", async (_what, bad) => {
    const scale = { dtype: "F32", shape: [2, 2], bytes: new Uint8Array(Float32Array.of(1, 1, 1, bad).buffer) };
    const directory = writeCheckpoint(temporaryDirectory(), { "config.json": DEEPSEEK_FLOAT8, "model.safetensors": safetensors({ "a.weight": float8([130, 130]), "a.weight_scale_inv": scale }) });
    const source = createTensorSource(files, await openCheckpoint(files, directory));
    const error = await errorOf(() => source.readRows("a.weight", 129, 1, new Float32Array(130)));
    await source.close();
    expect(error.code).toBe("checkpoint.valueNotFinite");
    expect(error.details).toMatchObject({ tensor: "a.weight_scale_inv", index: 3 });
  });
});
