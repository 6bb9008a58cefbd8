import { checkImport } from "../pipeline/check-import.ts";
import { implementer } from "./implementer.ts";
import { inspectModel } from "./inspect-model.ts";
import { removeModel } from "./remove-model.ts";
import { requireAbsolute } from "./require-absolute.ts";
import { startKind } from "./start-kind.ts";

export const model = {
  import: implementer.model.import.handler(({ input, context: { workbench } }) => startKind(workbench, "model.import", input)),
  preflight: implementer.model.preflight.handler(({ input: { directory, checksums }, context: { workbench } }) => {
    requireAbsolute("directory", directory);
    if (checksums.from === "file") requireAbsolute("checksums", checksums.file);
    return checkImport(workbench.files, { directory, checksums, home: workbench.home.root });
  }),
  list: implementer.model.list.handler(({ context: { workbench } }) => workbench.store.models.list()),
  inspect: implementer.model.inspect.handler(({ input, context: { workbench } }) => inspectModel(workbench, input.model)),
  remove: implementer.model.remove.handler(({ input, context: { workbench } }) => removeModel(workbench, input.model)),
};
