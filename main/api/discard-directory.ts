import { basename, join } from "node:path";
import type { Workbench } from "./workbench.ts";

/** Removes a directory of the home so that a kill never leaves half of it under its name: out of the way first, then away. */
export async function discardDirectory({ files, home, clock }: Workbench, directory: string): Promise<void> {
  await files.makeDirectory(home.trash);
  await files.rename(directory, join(home.trash, `${basename(directory)}-${clock.now()}`));
  await files.remove(home.trash);
}
