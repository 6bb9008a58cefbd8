import type { Delivery, DeliveredTarget } from "../../shared/schemas/delivery.ts";
import { DELIVERY_FILES } from "./bundle-layout.ts";

/** What somebody finds who opens the folder at the site and has nothing else to read. */
export function deliveryReadme({ name, marks, packages, targets, images }: Delivery): string {
  const lines = [`# ${plain(name)}`, ""];
  for (const { kind, text } of marks) lines.push(`**${kind}: ${plain(text)}**`, "");
  lines.push("## Models", "", ...packages.map(({ name: model, kind, precision, modelDigest, licence }) => `- ${plain(model)}: ${kind === "package" ? "Sallyport package" : "original checkpoint"}, ${plain(precision)}, licence ${plain(licence ?? "not declared")}, \`${modelDigest}\``), "");
  if (targets.length > 0) lines.push("## Targets", "", "Each folder has a preflight.sh, which compares this machine with the profile that the plan was made for and changes nothing. Run it first.", "", ...targets.flatMap(targetLines));
  if (images.length > 0) {
    lines.push("## Container images", "", ...images.map(({ reference, path, archiveDigest }) => (path === null ? `- ${plain(reference)}: not in this bundle; load it before you start` : `- ${plain(reference)}: \`docker load -i ${path}\`, \`${archiveDigest}\``)), "");
  }
  lines.push(`Bill of materials: ${DELIVERY_FILES.bom}. Licences: ${DELIVERY_FILES.licences}/. Reports: ${DELIVERY_FILES.reports}/.`, "");
  return lines.join("\n");
}

function targetLines({ id, kind, package: model, site, directory, precision, weights, devices, nodes, contextTokens, concurrency }: DeliveredTarget): string[] {
  const size = contextTokens === null ? "" : `, ${devices} ${devices === 1 ? "device" : "devices"} on ${nodes} ${nodes === 1 ? "node" : "nodes"}, ${contextTokens} tokens of context, ${concurrency} at once`;
  return [
    `- \`${directory}\` (${id}): ${kind} for ${plain(site.name)}, ${plain(model)} in ${plain(precision)}${size}`,
    ...(weights.included ? [] : [`  The weights in ${plain(precision)} are not in this bundle: ${plain(weights.maker)} makes them.`]),
  ];
}

const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ").replaceAll(/[|<>[\]`\\*_]/g, (sign) => `\\${sign}`);
