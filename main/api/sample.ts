import { join } from "node:path";
import { implementer } from "./implementer.ts";

export const sample = {
  locate: implementer.sample.locate.handler(async ({ context: { workbench: { files, sampleDirectory } } }) => {
    const found = { checkpoint: join(sampleDirectory, "checkpoint"), text: join(sampleDirectory, "eval.txt") };
    return (await files.status(found.checkpoint)) === undefined ? null : found;
  }),
};
