import { WorkbenchError } from "../../shared/errors.ts";
import { ENGINE_NAME } from "../../shared/schemas/engine.ts";

const EXPECTED = "an address such as http://127.0.0.1:8000 or https://llm.example/v1";

/**
 * The address that a person gave, as requests are put behind it: "/v1" where it names no path, nothing after it.
 * @throws engine.addressInvalid for another protocol, for a key or password inside it (it would be shown and logged), for a query
 */
export function engineAddress(given: string): string {
  const text = given.trim();
  const refuse = (expected: string): WorkbenchError => new WorkbenchError("engine.addressInvalid", { found: withoutCredentials(text), expected });
  if (!URL.canParse(text)) throw refuse(EXPECTED);
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") throw refuse(EXPECTED);
  if (url.username !== "" || url.password !== "") throw refuse("no name or password inside it; give a key apart");
  if (url.search !== "" || url.hash !== "") throw refuse("nothing after the path");
  const path = url.pathname.replace(/\/+$/, "").replace(/\/(chat\/completions|completions|models)$/, "");
  return `${url.origin}${path === "" ? "/v1" : path}`;
}

/** @throws engine.nameInvalid */
export function engineName(given: string): string {
  if (!ENGINE_NAME.test(given)) throw new WorkbenchError("engine.nameInvalid", { found: given.slice(0, 100) });
  return given;
}

/** Errors are shown and logged; what stands before an "@" may be a password. */
function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/@]*@/, "//…@").slice(0, 200);
}
