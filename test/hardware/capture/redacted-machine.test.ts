import { expect, it } from "vitest";
import { describeMachine } from "../../../main/hardware/describe-machine.ts";
import { openRecordedHost } from "../../../main/hardware/recorded-host.ts";
import { parseCapture } from "../../../main/hardware/recording/parse-capture.ts";
import type { Machine } from "../../../shared/schemas/machine.ts";
import { GPU_LIST, GPU_XML, npuAnswers, SERIALS, UUIDS } from "./fake-answers.ts";
import { fakeMachine, replaying, shells } from "./fake-machine.ts";

it("a machine described from its redacted capture has all it has in the open one, under other names", async () => {
  const machine = fakeMachine();
  machine.add("npu-smi", replaying(npuAnswers(), machine.directory));
  machine.add("nvidia-smi", replaying({ "-L": GPU_LIST, "-q -x": GPU_XML, "": "", "--version": "", "topo -m": "" }, machine.directory));
  const shell = shells()[0] ?? { name: "sh", argv: ["sh"], programs: "/usr/bin:/bin" };
  const [open, redacted] = await Promise.all([[], ["--redact"]].map(async (args) => describeMachine(openRecordedHost(parseCapture((await machine.run(shell, { args })).stdout, "site.json")), { home: null, measure: false })));
  machine.remove();
  const text = JSON.stringify(redacted);
  for (const secret of [...SERIALS, ...UUIDS]) expect(text).not.toContain(secret);
  expect(open?.accelerators.length).toBeGreaterThan(2);
  expect(open?.accelerators.some(({ serial }) => serial !== null)).toBe(true);
  const shape = (described: Machine | undefined): unknown => described?.accelerators.map(({ vendor, family, model, socName, index, card, die, physicalId, busId, numaNode, isPartitioned, memory, health, state, serial, uuid, parentId }) => ({
    vendor, family, model, socName, index, card, die, physicalId, busId, numaNode, isPartitioned, memory, health, state, hasSerial: serial !== null, hasUuid: uuid !== null, parent: described.accelerators.findIndex(({ id }) => id === parentId),
  }));
  expect(shape(redacted)).toEqual(shape(open));
  expect(redacted?.notices.map(({ code }) => code)).toEqual(open?.notices.map(({ code }) => code));
  expect(redacted?.links.length).toBe(open?.links.length);
});
