import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { machineContradictions, parseMachine } from "../../main/plan/check-machine.ts";
import { presetMachine } from "../../main/plan/preset-machine.ts";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Machine } from "../../shared/schemas/machine.ts";
import { NOW, planOf, published } from "./planned-fixture.ts";

const machine = presetMachine("l40s");
const model = published("DeepSeek V2 Lite");
const code = (expected: string) => expect.objectContaining({ code: expected });
const codesOf = (changed: Machine): string[] => planOf(model, changed).assumptions.map((note) => note.code);
const withGpu = (memory: Partial<Machine["accelerators"][number]["memory"]>, rest: Partial<Machine["accelerators"][number]> = {}): Machine => ({ ...machine, accelerators: machine.accelerators.map((gpu) => ({ ...gpu, ...rest, memory: { ...gpu.memory, ...memory } })) });

describe("a site file that cannot be believed is refused by name", () => {
  it.each([
    ["of a later format", { ...machine, formatVersion: 2 }, "plan.newerMachine"],
    ["with negative memory", { ...machine, memory: { ...machine.memory, totalBytes: -1 } }, "plan.machineInvalid"],
    ["with memory in words", { ...machine, memory: { ...machine.memory, totalBytes: "64 GB" } }, "plan.machineInvalid"],
    ["with a field nobody knows", { ...machine, surprise: true }, "plan.machineInvalid"],
    ["that is a list", [], "plan.machineInvalid"],
  ])("%s", (_, document, expected) => {
    expect(() => parseMachine(document, "site.json")).toThrow(code(expected));
  });

  it("and nothing else is thrown, whatever it holds", () => {
    fc.assert(fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(machine)), (value, field) => {
      try {
        planOf(model, parseMachine({ ...machine, [field]: value }, "site.json"));
      } catch (error) {
        expect(error).toBeInstanceOf(WorkbenchError);
      }
    }), { numRuns: 300 });
  });
});

describe("what contradicts itself is said, and the smaller figure counted", () => {
  it("a GPU of zero bytes is left out, with the reason", () => {
    const plan = planOf(model, withGpu({ totalBytes: 0 }));
    expect(plan.assumptions).toContainEqual({ code: "machine.deviceLeftOut", details: { device: "nvidia:0", reason: "noMemory" } });
    expect(plan.machine.pools.map(({ kind }) => kind)).toEqual(["cpu"]);
  });

  it("a GPU that is busy, broken or cut into slices is left out too", () => {
    expect(codesOf(withGpu({}, { state: "busy" }))).toContain("machine.deviceLeftOut");
    expect(codesOf(withGpu({}, { isPartitioned: true }))).toContain("machine.deviceLeftOut");
  });

  it("more used than there is", () => {
    const changed = withGpu({ usedBytes: 10 ** 12 });
    expect(codesOf(changed)).toContain("machine.contradiction");
    expect(planOf(model, changed, { engines: ["vllm"] }).options[0]?.verdict.kind).toBe("doesNotFit");
  });

  it("more usable than is there: the plan counts on the total", () => {
    const changed = { ...machine, accelerators: [], memory: { ...machine.memory, totalBytes: 2 ** 30, usableBytes: 2 ** 40 } };
    expect(codesOf(changed)).toContain("machine.contradiction");
    expect(planOf(model, changed).machine.pools[0]?.capacityBytes).toBe(2 ** 30);
  });

  it("made tomorrow: said, and planned all the same", () => {
    const changed: Machine = { ...machine, observation: { how: "capture", at: new Date(NOW + 7 * 86_400_000).toISOString(), redacted: false } };
    expect(machineContradictions(changed, NOW).map((note) => note.code)).toEqual(["machine.fromTheFuture"]);
    expect(codesOf(changed)).toContain("machine.fromTheFuture");
  });

  it("devices that report no memory count with the machine's", () => {
    const plan = planOf(model, withGpu({ totalBytes: null, freeBytes: null, usedBytes: null }));
    expect(plan.assumptions.map((note) => note.code)).toContain("machine.sharedMemory");
  });

  it("a GPU that the tables do not know is planned without a speed", () => {
    const plan = planOf(model, withGpu({}, { model: "NVIDIA Something New", computeCapability: "9.0" }), { engines: ["vllm"] });
    expect(plan.options[0]).toMatchObject({ verdict: { kind: "fits" }, arrangement: { speed: null, cost: null } });
    expect(plan.assumptions.map((note) => note.code)).toContain("machine.deviceUnknown");
  });
});

describe("a goal that cannot be", () => {
  it.each([
    ["no sequence", { concurrency: 0 }, "plan.goalInvalid"], ["half a token", { contextTokens: 0.5 }, "plan.goalInvalid"], ["NaN", { contextTokens: Number.NaN }, "plan.goalInvalid"], ["no engine", { engines: [] }, "plan.goalInvalid"],
    ["more context than the model was made for", { contextTokens: 163_841 }, "plan.contextBeyondModel"],
  ])("%s", (_, goal, expected) => {
    expect(() => planOf(model, machine, goal)).toThrow(code(expected));
  });

  it("an unknown preset names the known ones", () => {
    expect(() => presetMachine("h300x8")).toThrow(expect.objectContaining({ code: "plan.unknownPreset", details: { found: "h300x8", known: expect.stringContaining("h200x8") } }));
  });

  it("a machine of which nothing is known", () => {
    const nothing = { ...machine, accelerators: [], memory: { ...machine.memory, totalBytes: null, availableBytes: null, usableBytes: null } };
    expect(() => planOf(model, nothing)).toThrow(code("plan.nothingToPlanOn"));
  });
});
