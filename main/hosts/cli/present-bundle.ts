import type { BundleContents } from "../../../shared/schemas/bundle.ts";
import type { Mark } from "../../../shared/schemas/delivery.ts";
import type { CommandOutcome } from "./define-command.ts";
import { formatBytes, formatCount } from "./format-units.ts";
import { fieldList, textTable } from "./text-table.ts";

/** What a bundle holds: marks first, then models, targets, images, files. */
export function presentBundleContents(contents: BundleContents): CommandOutcome {
  const id = `bundle-${contents.digest.replace(/^sha256:/, "").slice(0, 12)}`;
  const { delivery } = contents;
  const parts = [
    [...markLines(delivery?.marks ?? []), fieldList([
      ["bundle", id], ["model", contents.name], ["family", contents.family], ["recipe", contents.recipe], ["size", formatBytes(contents.bytes)],
      ["licences", contents.licences.join(", ") || "none found"], ["digest", contents.digest], ["model digest", contents.modelDigest], ["checkpoint", contents.checkpointDigest],
    ])].join("\n"),
  ];
  if (delivery !== null) {
    parts.push(textTable([{ title: "MODEL" }, { title: "KIND" }, { title: "PRECISION" }, { title: "SIZE", align: "right" }, { title: "LICENCE" }, { title: "DIGEST" }],
      delivery.packages.map((each) => [each.name, each.kind, each.precision, formatBytes(each.bytes), each.licence ?? "not declared", each.modelDigest])));
    if (delivery.targets.length > 0) {
      parts.push(textTable([{ title: "TARGET" }, { title: "ENGINE" }, { title: "MODEL" }, { title: "SITE" }, { title: "PRECISION" }, { title: "DEVICES", align: "right" }, { title: "CONTEXT", align: "right" }, { title: "AT ONCE", align: "right" }, { title: "WEIGHTS" }],
        delivery.targets.map((each) => [each.id, each.kind, each.package, each.site.name, each.precision, each.nodes > 1 ? `${each.devices} on ${each.nodes} nodes` : String(each.devices), each.contextTokens === null ? "" : formatCount(each.contextTokens), each.concurrency === null ? "" : formatCount(each.concurrency), each.weights.included ? "in the bundle" : `made by ${each.weights.maker}`])));
    }
    if (delivery.images.length > 0) parts.push(textTable([{ title: "IMAGE" }, { title: "SIZE", align: "right" }, { title: "ARCHIVE" }], delivery.images.map((each) => [each.reference, each.path === null ? "" : formatBytes(each.bytes), each.archiveDigest ?? "not in the bundle"])));
    if (delivery.runtimes.length > 0) parts.push(textTable([{ title: "RUNTIME" }, { title: "NODE" }, { title: "SIZE", align: "right" }, { title: "DIGEST" }], delivery.runtimes.map((each) => [each.platform, each.nodeVersion, formatBytes(each.bytes), each.archiveDigest])));
  }
  parts.push(textTable([{ title: "FILE" }, { title: "SIZE", align: "right" }, { title: "TYPE" }, { title: "DIGEST" }], contents.layers.map((layer) => [layer.path, formatBytes(layer.bytes), layer.mediaType, layer.digest])));
  return { json: { id, bundle: { id, ...contents } }, text: parts.join("\n\n") };
}

/** Marks stand before everything else. */
export const markLines = (marks: readonly Mark[]): string[] => marks.map(({ kind, text }) => `${kind.toUpperCase()}: ${text}`);
