import { isAbsolute, join } from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Workbench } from "./workbench.ts";

/** A site is named by an absolute path, or by the name of one in the home. @throws usage.invalid */
export function namedSite({ home }: Workbench, site: string): string {
  if (isAbsolute(site)) return site;
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u.test(site)) throw new WorkbenchError("usage.invalid", { reason: `a site in the home is named by letters, digits and . _ - between them; "${site}" is not. Another is named by its path` });
  return join(home.sites, site);
}
