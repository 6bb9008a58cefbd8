import type { WorkbenchError } from "../../shared/errors.ts";
import type { ErrorTexts } from "./error-texts-en.ts";
import type { Locale } from "./locale.tsx";
import { shownText } from "./shown-text.ts";

export interface SaidError {
  readonly what: string;
  readonly next: string | null;
  /** The last lines of a process that died; "" when there are none. */
  readonly log: string;
}

/** The text of one error; a code from a newer version shows itself and its details. */
export function errorText(error: WorkbenchError, { errors, format }: Pick<Locale, "errors" | "format">): SaidError {
  const log = "log" in error.details && typeof error.details.log === "string" ? error.details.log.trim() : "";
  const say = Object.hasOwn(errors, error.code) ? (errors[error.code] as ErrorTexts[keyof ErrorTexts] as (details: unknown, format: Locale["format"]) => readonly [string, string]) : undefined;
  if (say === undefined) return { what: shownText(`${error.code}: ${JSON.stringify(error.details)}`), next: null, log };
  const [what, next] = say(error.details, format);
  return { what, next, log };
}
