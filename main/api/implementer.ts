import { implement } from "@orpc/server";
import { contract } from "../../shared/contract.ts";
import type { ChooseRequest } from "../../shared/schemas/choice.ts";
import { toWireError } from "./wire-error.ts";
import type { Workbench } from "./workbench.ts";

/** What only a desktop can do. */
export interface Desktop {
  choose(request: ChooseRequest): Promise<string | null>;
}

/** What every handler is given. A type, not an interface: oRPC's contexts have an index, which only a type alias satisfies. */
export type ApiContext = { readonly workbench: Workbench; readonly desktop?: Desktop };

/** The contract, ready to be given handlers. Whatever a handler throws crosses as { code, details }. */
export const implementer = implement(contract).$context<ApiContext>().use(async ({ next }) => {
  try {
    return await next();
  } catch (thrown) {
    throw toWireError(thrown);
  }
});
