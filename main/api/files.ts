import { browseFolder } from "./browse-folder.ts";
import { implementer } from "./implementer.ts";
import { listPlaces } from "./list-places.ts";
import { requireAbsolute } from "./require-absolute.ts";

export const files = {
  places: implementer.files.places.handler(({ context: { workbench } }) => listPlaces(workbench)),
  browse: implementer.files.browse.handler(({ input: { path, show }, context: { workbench } }) => browseFolder(workbench.files, requireAbsolute("path", path), show)),
};
