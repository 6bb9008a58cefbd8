import { WorkbenchError } from "../../shared/errors.ts";
import { ANNOTATIONS, DELIVERY_FILES } from "./bundle-layout.ts";
import type { OpenedDelivery, OpenedPackage } from "./opened-bundle.ts";

/** Folders and files that a delivery has; anything else nobody would look at. */
const PLACES: ReadonlySet<string> = new Set(Object.values(DELIVERY_FILES));

/**
 * delivery.json and what is there are one: the packages it names are the bundle's, no more and no less, and every file that it speaks of is a layer with the
 * digest that it says.
 * @throws bundle.layoutInvalid, bundle.digestMismatch, bundle.unexpectedFile
 */
export function checkDelivery({ digest, manifest, document, layers }: OpenedDelivery, packages: readonly OpenedPackage[]): void {
  const byPath = new Map(layers.map((layer) => [layer.path, layer]));
  for (const { path } of layers) if (!PLACES.has(path.split("/")[0] as string)) throw new WorkbenchError("bundle.unexpectedFile", { file: path });
  for (const file of [DELIVERY_FILES.bom, DELIVERY_FILES.readme]) if (!byPath.has(file)) throw fault(`no layer holds ${file}`);
  if (manifest.annotations[ANNOTATIONS.title] !== document.name) throw fault(`its name is ${JSON.stringify(document.name)}, manifest ${digest} says ${JSON.stringify(manifest.annotations[ANNOTATIONS.title])}`);

  checkPackages(document.packages, packages);
  distinct(document.targets.map(({ id }) => id), "targets");
  for (const { id, package: name, directory } of document.targets) {
    if (!document.packages.some((each) => each.name === name)) throw fault(`target ${id} is of package ${JSON.stringify(name)}, which is not there`);
    if (directory !== `${DELIVERY_FILES.launch}/${id}` || !layers.some(({ path }) => path.startsWith(`${directory}/`))) throw fault(`target ${id} has no files in ${DELIVERY_FILES.launch}/${id}`);
  }
  const files = [
    ...document.images.flatMap(({ path, archiveDigest, bytes }) => (path === null ? [] : [{ path, archiveDigest, bytes }])),
    ...document.runtimes,
  ];
  for (const { path, archiveDigest, bytes } of files) {
    const layer = byPath.get(path);
    if (layer === undefined) throw fault(`no layer holds ${path}`);
    if (`sha256:${layer.sha256}` !== archiveDigest || layer.bytes !== bytes) throw new WorkbenchError("bundle.digestMismatch", { expected: `${path} ${archiveDigest}`, found: `sha256:${layer.sha256}` });
  }
  for (const { path, modelDigest } of document.reports) {
    if (!byPath.has(path)) throw fault(`no layer holds ${path}`);
    if (!document.packages.some((each) => each.modelDigest === modelDigest)) throw fault(`${path} reports on a model that is not there`);
  }
}

function checkPackages(told: OpenedDelivery["document"]["packages"], packages: readonly OpenedPackage[]): void {
  distinct(told.map(({ name }) => name), "packages");
  const byDigest = new Map(packages.map((each) => [each.digest, each]));
  for (const each of told) {
    const found = byDigest.get(each.manifestDigest);
    if (found === undefined) throw fault(`package ${JSON.stringify(each.name)} (${each.manifestDigest}) is not in the index`);
    const { annotations } = found.manifest;
    if (annotations[ANNOTATIONS.modelDigest] !== each.modelDigest || annotations[ANNOTATIONS.checkpointDigest] !== each.checkpointDigest) throw new WorkbenchError("bundle.digestMismatch", { expected: `${each.name} ${each.modelDigest}`, found: annotations[ANNOTATIONS.modelDigest] ?? "none" });
    const kind = found.config.config.format === "onnx" ? "package" : "checkpoint";
    const claims = [["name", each.name, annotations[ANNOTATIONS.title]], ["precision", each.precision, annotations[ANNOTATIONS.recipe]], ["kind", each.kind, kind], ["family", each.family, found.config.descriptor.family]] as const;
    for (const [what, claimed, is] of claims) if (claimed !== is) throw fault(`the ${what} of package ${each.manifestDigest} is ${JSON.stringify(claimed)}, its manifest says ${JSON.stringify(is)}`);
    const bytes = found.layers.reduce((sum, layer) => sum + layer.bytes, 0);
    if (bytes !== each.bytes) throw fault(`${each.name} has ${bytes} bytes, not ${each.bytes}`);
  }
  const stranger = packages.find(({ digest }) => !told.some(({ manifestDigest }) => manifestDigest === digest));
  if (stranger !== undefined || new Set(told.map(({ manifestDigest }) => manifestDigest)).size !== told.length) throw fault(stranger === undefined ? "it names a package twice" : `the index names ${stranger.digest}, the delivery does not`);
}

/** Names that a file system blind to case, or to how an accent is written, would take for one. */
function distinct(names: readonly string[], what: string): void {
  const folded = names.map((name) => name.normalize("NFD").toUpperCase().toLowerCase().normalize("NFC"));
  if (new Set(folded).size !== names.length) throw fault(`two of its ${what} have one name`);
}

const fault = (reason: string): WorkbenchError => new WorkbenchError("bundle.layoutInvalid", { file: DELIVERY_FILES.document, reason });
