import { z } from "zod";
import defaults from "../../resources/site-figures.json" with { type: "json" };
import { WorkbenchError } from "../../shared/errors.ts";
import { SiteFigures } from "../../shared/schemas/plan.ts";
import type { Files } from "../domain/files.ts";

/** A mistaken path must not be read whole; the figures of a hundred devices are a few kilobytes. */
const MAX_FIGURES_BYTES = 1 << 20;

/** What power and hardware cost at the site: the defaults, and over them what the site's own file says. @throws plan.figuresInvalid, files.readFailed */
export async function readSiteFigures(files: Files, file: string | null): Promise<SiteFigures> {
  if (file === null) return SiteFigures.parse(defaults);
  const invalid = (reason: string, cause?: unknown): WorkbenchError => new WorkbenchError("plan.figuresInvalid", { file, reason }, { cause });
  let own: unknown;
  try {
    own = JSON.parse(new TextDecoder().decode(await files.readAll(file, MAX_FIGURES_BYTES)));
  } catch (cause) {
    if (cause instanceof WorkbenchError) throw cause;
    throw invalid(`not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
  const parsed = SiteFigures.partial().safeParse(own);
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error).replaceAll("\n", " ").slice(0, 500), parsed.error);
  return SiteFigures.parse({ ...defaults, ...parsed.data, devicePrices: { ...defaults.devicePrices, ...parsed.data.devicePrices } });
}
