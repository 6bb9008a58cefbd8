import { checkImport } from "../pipeline/check-import.ts";
import { implementer } from "./implementer.ts";
import { inspectModel } from "./inspect-model.ts";
import { previewChat, readLicences } from "../pipeline/read-model-papers.ts";
import { removeModel } from "./remove-model.ts";
import { requireAbsolute } from "./require-absolute.ts";
import { type ResolvedModel, resolveModel } from "./resolve-model.ts";
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
  previewChat: implementer.model.previewChat.handler(async ({ input: { model: reference, messages }, context: { workbench } }) => {
    const { path, name } = placeOf(await resolveModel(workbench, reference));
    return previewChat(workbench.files, path, name, messages);
  }),
  licences: implementer.model.licences.handler(async ({ input, context: { workbench } }) => readLicences(workbench.files, placeOf(await resolveModel(workbench, input.model)).path)),
};

const placeOf = (resolved: ResolvedModel): { readonly path: string; readonly name: string } =>
  resolved.kind === "stored" ? { path: resolved.model.directory, name: resolved.model.name } : { path: resolved.path, name: resolved.path.split(/[\\/]/).at(-1) ?? resolved.path };
