import { describe, expect, it } from "vitest";
import { parseMark, parseTarget } from "../../../main/hosts/cli/parse-target.ts";

describe("a target", () => {
  it.each([
    ["vllm:h200x8", { kind: "vllm", machine: "h200x8" }],
    ["vllm-ascend:./site 9, north.json,nodes=2,context=16384,concurrency=64", { kind: "vllm-ascend", machine: "./site 9, north.json", nodes: 2, contextTokens: 16_384, concurrency: 64 }],
    ["onnx:C:\\sites\\site.json,id=gate,dir=/srv/models,port=9000", { kind: "onnx", machine: "C:\\sites\\site.json", id: "gate", directory: "/srv/models", port: 9000 }],
    ["sglang:here,image=registry.site:5000/sglang:v1,goal=fastest,model=R1", { kind: "sglang", machine: "here", image: "registry.site:5000/sglang:v1", preference: "fastest", model: "R1" }],
  ])("is an engine on a machine, and what it is to be there: %s", (text, expected) => expect(parseTarget(text)).toEqual(expected));

  it.each([["h200x8", "ENGINE:MACHINE"], ["ollama:h200x8", "the engine of"], ["vllm:", "machine is missing"], ["vllm:h200x8,nodes=0", "whole number"], ["vllm:h200x8,nodes=two", "whole number"], ["vllm:h200x8,colour=red", "colour is not known"], ["vllm:h200x8,constructor=1", "constructor is not known"], ["vllm:h200x8,goal=cheap", "goal must be"]])(
    "that is none is refused: %s", (text, reason) => expect(() => parseTarget(text)).toThrow(reason),
  );
});

describe("a mark", () => {
  it.each([
    ["export-control:EAR99", { kind: "export-control", text: "EAR99" }],
    ["Internal: for site 7", { kind: "classification", text: "Internal: for site 7" }],
    ["handling: by hand only", { kind: "handling", text: "by hand only" }],
    ["机密", { kind: "classification", text: "机密" }],
  ])("has a kind and a text: %s", (text, expected) => expect(parseMark(text)).toEqual(expected));

  it.each([["export-control:"], ["two\nlines"], ["hid\u200bden"], ["turned\u202e"], ["x".repeat(201)]])("that hides something is refused: %j", (text) => expect(() => parseMark(text)).toThrow("one line of visible characters"));
});
