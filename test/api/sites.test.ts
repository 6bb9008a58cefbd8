import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRouterClient } from "@orpc/server";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { router } from "../../main/api/router.ts";
import { type ComposedWorkbench, composeWorkbench } from "../../main/hosts/compose.ts";

/** A record of a machine comes on a stick; the stick goes. */
const H200 = fileURLToPath(new URL("../hardware/recordings/nvidia_capture_linux-x86_64__nvidia-h200__590.48.01.txt", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../resources/sample/checkpoint/config.json", import.meta.url));
let root = "";
let stick = "";
let workbench: ComposedWorkbench;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "sallyport-sites-"));
  stick = join(root, "site.txt");
  copyFileSync(H200, stick);
  workbench = await composeWorkbench(join(root, "home"));
});
afterEach(async () => {
  await workbench.close();
  rmSync(root, { recursive: true, force: true });
});
const client = () => createRouterClient(router, { context: { workbench } });

describe("a site", () => {
  test("is known and planned for after its record is gone", async () => {
    const site = await client().machine.addSite({ from: stick });
    rmSync(stick);
    expect(await client().machine.sites()).toEqual([site]);
    expect((await client().machine.site({ site: "site.txt" })).accelerators[0]?.model).toContain("H200");
    const plan = await client().plan.make({ model: CONFIG, machine: site.id });
    expect(plan.machine.how).toBe("folder");
    expect(JSON.stringify(plan.machine.pools)).toContain("H200");
  });

  test("read again from the same place is the same site, with what is told now", async () => {
    const site = await client().machine.addSite({ from: stick });
    writeFileSync(stick, JSON.stringify(await client().machine.describe({ measure: false })));
    expect(await client().machine.addSite({ from: stick })).toEqual(site);
    expect((await client().machine.site({ site: site.id })).observation.how).toBe("live");
  });

  test("whose stored form is of another version is read again from its record", async () => {
    const site = await client().machine.addSite({ from: stick });
    const database = new Database(workbench.home.database);
    database.exec(`UPDATE sites SET machine = '{"version":0}'`);
    database.close();
    expect((await client().machine.site({ site: site.id })).accelerators[0]?.model).toContain("H200");
  });

  test("is forgotten, and both are in the audit", async () => {
    const { id } = await client().machine.addSite({ from: stick });
    await client().machine.removeSite({ site: id });
    expect(await client().machine.sites()).toEqual([]);
    await expect(client().machine.site({ site: id })).rejects.toThrow();
    expect((await client().audit.list({ limit: 10 })).map(({ action, subject }) => [action, subject])).toEqual([["machine.addSite", id], ["machine.removeSite", id]]);
  });

  test("that is none is refused, and nothing is kept", async () => {
    await expect(client().machine.addSite({ from: join(root, "none.txt") })).rejects.toThrow();
    await expect(client().machine.addSite({ from: "relative.txt" })).rejects.toThrow();
    expect(await client().machine.sites()).toEqual([]);
  });
});
