import type { Job } from "../shared/schemas/job.ts";
import type { Model } from "../shared/schemas/model.ts";
import { shownText } from "./texts/shown-text.ts";

/** Enough to recognise it by in a list. */
const LONGEST = 60;

/** What a job is about, as a person would call it: the model's name or id, or the last part of a path. */
export function jobSubject({ request, result }: Pick<Job, "request" | "result">, models: readonly Pick<Model, "id" | "name">[] = []): string {
  const made = recordAt(result, "model") ?? recordAt(result, "bundle");
  const name = textAt(request, "name") ?? textAt(made, "name") ?? models.find(({ id }) => id === request["model"])?.name ?? null;
  if (name !== null) return shownText(name, LONGEST);
  const path = textAt(request, "model") ?? textAt(request, "bundle") ?? textAt(request, "directory") ?? textAt(request, "delta") ?? firstAt(request, "folders") ?? "";
  return shownText(path.split(/[\\/]/).filter((part) => part !== "").at(-1) ?? path, LONGEST);
}

export function recordAt(holder: Readonly<Record<string, unknown>> | null | undefined, key: string): Readonly<Record<string, unknown>> | null {
  const value = holder?.[key];
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
}

export function textAt(holder: Readonly<Record<string, unknown>> | null | undefined, key: string): string | null {
  const value = holder?.[key];
  return typeof value === "string" ? value : null;
}

/** Of a list of texts the first: a job on several folders is known by it. */
function firstAt(holder: Readonly<Record<string, unknown>>, key: string): string | null {
  const value = holder[key];
  return Array.isArray(value) && typeof value[0] === "string" ? value[0] : null;
}
