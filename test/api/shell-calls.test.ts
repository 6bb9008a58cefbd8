import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { createRouterClient } from "@orpc/server";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { router } from "../../main/api/router.ts";
import { fromWireError } from "../../main/api/wire-error.ts";
import { type ComposedWorkbench, composeWorkbench } from "../../main/hosts/compose.ts";
import { CHANGE_KINDS } from "../../shared/schemas/change.ts";

let home = "";
let workbench: ComposedWorkbench;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "sallyport-calls-"));
  workbench = await composeWorkbench(home);
});
afterEach(async () => {
  await workbench.close();
  rmSync(home, { recursive: true, force: true });
});
const client = () => createRouterClient(router, { context: { workbench } });

describe("events", () => {
  test("begin with everything, tell what another process changed, and end when nobody listens", async () => {
    const other = await composeWorkbench(home);
    const stop = new AbortController();
    const events = await client().events.watch(undefined, { signal: stop.signal });
    expect((await events.next()).value).toEqual({ changed: [...CHANGE_KINDS] });
    const next = events.next();
    other.store.audit.append("model.import", "x", {});
    expect((await next).value).toEqual({ changed: ["audit"] });
    const after = events.next();
    stop.abort();
    expect((await after).done).toBe(true);
    await other.close();
  });

  test("give a slow reader several changes as one", async () => {
    const events = await client().events.watch();
    await events.next();
    workbench.store.audit.append("model.import", "x", {});
    workbench.store.jobs.insert({ id: "job-1", kind: "quantize", request: {} });
    workbench.store.audit.append("model.import", "y", {});
    expect((await events.next()).value).toEqual({ changed: ["jobs", "audit"] });
    await events.return();
  });

  test("tell of a job whose process went without a word", async () => {
    const events = await client().events.watch();
    await events.next();
    const child = spawn(process.execPath, ["-e", "0"]);
    await new Promise((resolve) => child.on("exit", resolve));
    workbench.store.jobs.insert({ id: "job-1", kind: "quantize", request: {} });
    workbench.store.jobs.start("job-1", child.pid as number);
    for (;;) {
      await events.next();
      if (workbench.store.jobs.find("job-1")?.state === "interrupted") break;
    }
    await events.return();
  });
});

describe("settings", () => {
  test("change one by one, and decide how many cores are used when nobody says", async () => {
    expect(workbench.threads).toBe(availableParallelism());
    await client().settings.set({ threads: 1 });
    expect(await client().settings.set({ language: "zh-Hans" })).toEqual({ language: "zh-Hans", theme: "system", threads: 1 });
    expect(workbench.threads).toBe(1);
    await client().settings.set({ threads: null });
    expect(workbench.threads).toBe(availableParallelism());
  });

  test.each([[{ threads: 0 }], [{ theme: "sepia" }], [{ language: "en-GB" }], [{ colour: 1 }]])("%j is refused", async (input) => {
    await expect(client().settings.set(input as never).catch((thrown) => fromWireError(thrown).code)).resolves.toBe("usage.invalid");
  });
});

describe("the desktop's dialog", () => {
  test("is refused where there is none, and asked where there is", async () => {
    const request = { what: "folder", title: "A model" } as const;
    await expect(client().desktop.choose(request).catch((thrown) => fromWireError(thrown).code)).resolves.toBe("desktop.missing");
    const asked: unknown[] = [];
    const desktop = {
      choose: async (given: unknown) => {
        asked.push(given);
        return "/models/one";
      },
    };
    expect(await createRouterClient(router, { context: { workbench, desktop } }).desktop.choose(request)).toBe("/models/one");
    expect(asked).toEqual([{ ...request, from: null }]);
  });
});
