import { ORPCError } from "@orpc/client";
import { createRouterClient } from "@orpc/server";
import { describe, expect, test } from "vitest";
import { implementer } from "../../main/api/implementer.ts";
import { fromWireError, toWireError, withWireErrors } from "../../main/api/wire-error.ts";
import type { Workbench } from "../../main/api/workbench.ts";
import { WorkbenchError } from "../../shared/errors.ts";

const missing = new WorkbenchError("store.notFound", { kind: "model", reference: "nothing" });
const context = { workbench: {} as Workbench };

async function thrownBy(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
  } catch (thrown) {
    return thrown;
  }
  throw new Error("nothing was thrown");
}

describe("an error on its way over the wire", () => {
  test("carries code and details, and a status for those who see nothing else", () => {
    const wire = toWireError(missing);
    expect(wire.data).toEqual({ code: "store.notFound", details: { kind: "model", reference: "nothing" } });
    expect(wire.status).toBe(404);
  });

  test("arrives as the error that was thrown, also after JSON", () => {
    const wire = toWireError(missing);
    const received = new ORPCError(wire.code, { data: JSON.parse(JSON.stringify(wire.data)) as unknown });
    expect(fromWireError(received).toRecord()).toEqual(missing.toRecord());
  });

  test("that nobody foresaw arrives as internal.unexpected with its reason", () => {
    expect(fromWireError(toWireError(new TypeError("x is not a function"))).toRecord()).toEqual({ code: "internal.unexpected", details: { reason: "TypeError: x is not a function" } });
  });

  test("is not wrapped twice", () => {
    expect(toWireError(toWireError(missing)).data).toEqual(missing.toRecord());
  });

  test("of a refused input names the field", async () => {
    const client = createRouterClient({ inspect: implementer.model.inspect.handler(() => { throw missing; }) }, { context });
    const error = await thrownBy(() => client.inspect({ model: "" }));
    expect(error).toBeInstanceOf(ORPCError);
    expect((error as ORPCError<string, unknown>).data).toMatchObject({ code: "usage.invalid", details: { reason: expect.stringMatching(/^model: /) } });
  });

  test("thrown by a handler reaches the caller typed", async () => {
    const client = createRouterClient({ inspect: implementer.model.inspect.handler(() => { throw missing; }) }, { context });
    expect(fromWireError(await thrownBy(() => client.inspect({ model: "x" }))).code).toBe("store.notFound");
  });

  test("thrown in the middle of a stream reaches the reader typed", async () => {
    async function* text() {
      yield { kind: "text" as const, text: "one" };
      throw new WorkbenchError("runtime.contextExceeded", { neededTokens: 9, limitTokens: 8 });
    }
    const client = createRouterClient({ generate: implementer.run.generate.handler(() => withWireErrors(text())) }, { context });
    const seen: string[] = [];
    const error = await thrownBy(async () => {
      for await (const event of await client.generate({ model: "m", prompt: "p" })) if (event.kind === "text") seen.push(event.text);
    });
    expect(seen).toEqual(["one"]);
    expect((error as ORPCError<string, unknown>).data).toEqual({ code: "runtime.contextExceeded", details: { neededTokens: 9, limitTokens: 8 } });
  });
});
