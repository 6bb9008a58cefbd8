import { implementer } from "./implementer.ts";
import { inspectModel } from "./inspect-model.ts";
import { removeModel } from "./remove-model.ts";
import { requireAbsolute, startKind } from "./start-kind.ts";

export const model = {
  import: implementer.model.import.handler(({ input, context: { workbench } }) => {
    requireAbsolute("directory", input.directory);
    return startKind(workbench, "model.import", input);
  }),
  list: implementer.model.list.handler(({ context: { workbench } }) => workbench.store.models.list()),
  inspect: implementer.model.inspect.handler(({ input, context: { workbench } }) => inspectModel(workbench, input.model)),
  remove: implementer.model.remove.handler(({ input, context: { workbench } }) => removeModel(workbench, input.model)),
};
