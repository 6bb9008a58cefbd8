import { createHash } from "node:crypto";
import type { RuntimeComponent } from "../../shared/schemas/delivery.ts";
import { billRefs } from "./bill-refs.ts";
import type { BundleSource } from "./bundle-source.ts";
import type { DeliveredModel, DeliveryContents } from "./delivery-contents.ts";
import { isSpdx } from "./find-licences.ts";
import { reportMetrics } from "./report-metrics.ts";

/**
 * CycloneDX 1.6 as JSON (cyclonedx.org/docs/1.6/json): models with their cards and their origin, data that they were measured on, containers, runtime
 * libraries, and every file of the bundle with its digest. Without a time, so that it depends on the contents alone.
 * @param sources all files of the delivery but the bill itself
 */
export function writeBill(contents: DeliveryContents, sources: readonly BundleSource[]): Readonly<Record<string, unknown>> {
  const { name, sallyportVersion, models, images, runtimes, reports, marks } = contents;
  const components = [
    ...models.map((model) => modelComponent(model, contents)),
    ...dataComponents(reports),
    ...images.map(({ delivered: { reference, imageDigest, archiveDigest } }) => ({ type: "container", "bom-ref": `container:${reference}`, name: reference, ...hashed(imageDigest ?? archiveDigest) })),
    ...sources.map(({ path, sha256 }) => {
      const runtime = runtimes.find(({ delivered }) => delivered.path === path);
      return { type: "file", "bom-ref": billRefs.deliveryFile(path), name: path, ...hashed(sha256), ...(runtime === undefined ? {} : { components: runtime.document.components.map((each) => library(each, runtime.delivered.platform)) }) };
    }),
  ];
  const root = { type: "application", "bom-ref": "delivery", name, ...(marks.length === 0 ? {} : { properties: marks.map(({ kind, text }) => ({ name: `sallyport:mark:${kind}`, value: text })) }) };
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json", bomFormat: "CycloneDX", specVersion: "1.6", serialNumber: serialNumber(components), version: 1,
    metadata: { tools: { components: [{ type: "application", name: "sallyport", version: sallyportVersion }] }, component: root },
    components,
    dependencies: [{ ref: "delivery", dependsOn: components.map((each) => each["bom-ref"]) }],
  };
}

function modelComponent({ packed, spec, arithmetic, recipe, checkpointName }: DeliveredModel, { reports }: DeliveryContents) {
  const { name, modelDigest, checkpointDigest, licence, manifest, sources, precision, kind } = packed;
  const metrics = reports.filter(({ body }) => body.conditions.model.digest === modelDigest).flatMap(({ body }) => reportMetrics(body));
  return {
    type: "machine-learning-model", "bom-ref": billRefs.model(modelDigest), name, version: modelDigest.slice(0, 12), ...hashed(modelDigest), ...licences(licence),
    pedigree: kind === "package"
      ? { ancestors: [{ type: "machine-learning-model", name: checkpointName, ...hashed(checkpointDigest) }], notes: `Quantized by Sallyport with recipe ${recipe?.name ?? precision}.` }
      : { notes: "The publisher's files, unchanged." },
    modelCard: {
      modelParameters: { task: "text-generation", architectureFamily: "transformer", modelArchitecture: spec.family, inputs: [{ format: "text" }], outputs: [{ format: "text" }] },
      ...(metrics.length === 0 ? {} : { quantitativeAnalysis: { performanceMetrics: metrics } }),
      properties: [
        ["totalParameters", arithmetic.totalParameters], ["activeParameters", arithmetic.activeParameters], ["layers", spec.layers.length], ["contextTokens", spec.maxPositions], ["cacheBytesPerToken", arithmetic.cacheBytesPerToken], ["precision", precision],
      ].map(([key, value]) => ({ name: `sallyport:${key}`, value: String(value) })),
    },
    components: sources.map(({ path, sha256 }) => ({ type: "file", "bom-ref": billRefs.packageFile(`sha256:${manifest.sha256}`, path), name: path, ...hashed(sha256) })),
  };
}

/** Texts that a model was measured on: they do not travel, their digests do. */
function dataComponents(reports: DeliveryContents["reports"]) {
  const texts = new Map(reports.flatMap(({ body }) => (body.kind === "perplexity" ? [[body.text.sha256, body.text.file.split(/[\\/]/).at(-1) ?? "text"] as const] : [])));
  return [...texts].map(([sha256, name]) => ({ type: "data", "bom-ref": `data:${sha256}`, name, ...hashed(sha256), data: [{ type: "dataset", name, contents: { properties: [{ name: "sallyport:use", value: "held-out text of the evaluation" }] } }] }));
}

const library = ({ name, version, licence, sha256 }: RuntimeComponent, platform: string) => ({
  type: name === "node" ? "platform" : name === "sallyport" ? "application" : "library", "bom-ref": `runtime:${platform}/${name}@${version}`, name, version, ...licences(licence), ...hashed(sha256),
  ...(name === "node" || name === "sallyport" ? {} : { purl: `pkg:npm/${name.replace("@", "%40")}@${version}` }),
});

const hashed = (digest: string | null): { hashes?: { alg: "SHA-256"; content: string }[] } => (digest === null ? {} : { hashes: [{ alg: "SHA-256", content: digest.replace("sha256:", "") }] });

function licences(declared: string | null): { licenses?: unknown[] } {
  if (declared === null) return {};
  if (isSpdx(declared)) return { licenses: [{ license: { id: declared } }] };
  return / (OR|AND|WITH) /.test(declared) ? { licenses: [{ expression: declared }] } : { licenses: [{ license: { name: declared } }] };
}

/** A UUID made of the contents: two bills with one number are one bill. */
function serialNumber(components: unknown): string {
  const hex = createHash("sha256").update(JSON.stringify(components)).digest("hex");
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
