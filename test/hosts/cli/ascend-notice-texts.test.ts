import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ASCEND_NOTICE_TEXTS } from "../../../main/hosts/cli/ascend-notice-texts.ts";

const declaration = readFileSync(new URL("../../../shared/schemas/ascend-notices.ts", import.meta.url), "utf8");
const declared = new Map([...declaration.matchAll(/^ {2}"(ascend\.[A-Za-z]+)": \{([^}]*)\};$/gm)].map(([, code = "", fields = ""]) => [code, fields]));

/** Details as the declaration types them, each value recognisable in a text. */
function detailsOf(fields: string): Record<string, string | number> {
  return Object.fromEntries([...fields.matchAll(/(\w+): (string|number)/g)].map(([, name = "", type]) => [name, type === "number" ? 7 : `‹${name}›`]));
}

describe("what is said of Ascend devices", () => {
  it("there is a text for every code that is declared, and for no other", () => {
    expect(Object.keys(ASCEND_NOTICE_TEXTS).sort()).toEqual([...declared.keys()].sort());
  });

  it.each([...declared.keys()] as (keyof typeof ASCEND_NOTICE_TEXTS)[])("%s: a sentence, a next step, no code names and no holes", (code) => {
    const text = ASCEND_NOTICE_TEXTS[code];
    const says = (text.says as (details: unknown, subject: string) => string)(detailsOf(declared.get(code) ?? ""), "ascend:3");
    for (const words of [says, text.next]) {
      expect(words).toMatch(/^["‹A-Z7a-z/].*\.$/s);
      expect(words).not.toMatch(/undefined|NaN|\[object|ascend\.[a-z]/);
    }
  });

  it("a driver that cannot be reached is explained by its nodes", () => {
    const says = (nodes: number, deniedNodes: number): string => ASCEND_NOTICE_TEXTS["ascend.driverUnreachable"].says({ command: "npu-smi info", ret: -8005, nodes, deniedNodes, group: "HwHiAiUser" }, "ascend");
    expect(says(8, 8)).toContain("members of the group HwHiAiUser may");
    expect(says(0, 0)).toContain("There is no /dev/davinciN here");
    expect(says(8, 0)).toContain("replaced without a restart");
    expect(says(-1, 0)).toContain("usual causes");
  });
});
