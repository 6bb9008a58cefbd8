import { DELIVERY_FORMAT_VERSION, type Delivery } from "../../shared/schemas/delivery.ts";
import { documentBytes } from "./bundle-documents.ts";
import { DELIVERY_FILES, digestOf, refNameOf } from "./bundle-layout.ts";
import { type BundleSource, fileSource, madeSource, textSource } from "./bundle-source.ts";
import { deliveryReadme } from "./delivery-readme.ts";
import type { DeliveryContents } from "./delivery-contents.ts";
import { isLicenceFile } from "./find-licences.ts";
import { modelCard } from "./model-card.ts";
import { writeBill } from "./write-bill.ts";

/** Every file of a delivery, its document and its bill of materials among them. */
export function deliverySources(contents: DeliveryContents): BundleSource[] {
  const { models, targets, images, runtimes, reports } = contents;
  const document = deliveryDocument(contents);
  const sources: BundleSource[] = [
    madeSource(DELIVERY_FILES.document, documentBytes(document)),
    textSource(DELIVERY_FILES.readme, deliveryReadme(document)),
    ...targets.flatMap(({ delivered, files }) => files.map(({ path, text }) => textSource(`${delivered.directory}/${path}`, text))),
    ...reports.map((report, index) => madeSource(document.reports[index]?.path ?? "", documentBytes(report))),
    ...models.map((model) => textSource(`${DELIVERY_FILES.modelCards}/${folderOf(model.packed)}.md`, modelCard(model, reports))),
    ...models.flatMap(({ packed }) => packed.sources.filter(({ path }) => isLicenceFile(path)).map((source) => ({ ...source, path: `${DELIVERY_FILES.licences}/${folderOf(packed)}/${source.path}` }))),
    ...images.flatMap(({ delivered: { path, archiveDigest, bytes }, file }) => (path === null || archiveDigest === null || file === null ? [] : [fileSource(path, file, { sha256: archiveDigest.slice("sha256:".length), bytes })])),
    ...runtimes.flatMap(({ delivered: { path, archiveDigest, bytes, platform }, file, licences }) => [
      fileSource(path, file, { sha256: archiveDigest.slice("sha256:".length), bytes }),
      ...licences.map((licence) => madeSource(`${DELIVERY_FILES.licences}/runtime-${platform}/${licence.path}`, licence.bytes)),
    ]),
  ];
  return [...sources, madeSource(DELIVERY_FILES.bom, documentBytes(writeBill(contents, sources)))];
}

/** Names of models are free text; folders are not. The digest keeps two apart that come to the same. */
const folderOf = ({ name, modelDigest }: { readonly name: string; readonly modelDigest: string }): string => `${refNameOf(name)}-${modelDigest.slice(0, 12)}`;

function deliveryDocument({ name, marks, models, targets, images, runtimes, reports }: DeliveryContents): Delivery {
  return {
    formatVersion: DELIVERY_FORMAT_VERSION, name, marks: [...marks],
    packages: models.map(({ packed }) => ({
      name: packed.name, kind: packed.kind, manifestDigest: digestOf(packed.manifest.sha256), modelDigest: digestOf(packed.modelDigest), checkpointDigest: digestOf(packed.checkpointDigest), family: packed.family, precision: packed.precision,
      bytes: packed.sources.reduce((sum, { bytes }) => sum + bytes, 0), licence: packed.licence,
    })),
    targets: targets.map(({ delivered }) => delivered), images: images.map(({ delivered }) => delivered), runtimes: runtimes.map(({ delivered }) => delivered),
    reports: reports.map(({ id, body }) => ({ id, kind: body.kind, modelDigest: digestOf(body.conditions.model.digest), path: `${DELIVERY_FILES.reports}/${refNameOf(id)}.json` })),
  };
}
