import { expect, test } from "vitest";
import { parseBytes } from "../../../main/hosts/cli/parse-bytes.ts";

test.each([["12GiB", 12 * 2 ** 30], ["12 GB", 12e9], ["1.5g", 1.5 * 2 ** 30], ["800m", 800 * 2 ** 20], ["4096", 4096], ["0.5TiB", 2 ** 39]])("%s is %d bytes", (text, bytes) => expect(parseBytes(text)).toBe(bytes));
test.each(["", "12 apples", "-1GB", "0", "1e9", "GiB", "99999999TiB"])("%j is no amount of memory", (text) => expect(() => parseBytes(text)).toThrow(/amount of memory/));
