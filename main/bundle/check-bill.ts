import { createHash } from "node:crypto";
import { z } from "zod";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Files } from "../domain/files.ts";
import { billRefs } from "./bill-refs.ts";
import { ANNOTATIONS, DELIVERY_FILES, digestOf } from "./bundle-layout.ts";
import type { BundleLayer, OpenedBundle } from "./opened-bundle.ts";

/** 64 packages of some hundred files and a runtime of a hundred libraries are 10 MB. */
const MAX_BILL_BYTES = 64 * 2 ** 20;
const MAX_COMPONENTS = 200_000;

interface Component {
  readonly "bom-ref"?: string | undefined;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[] | undefined;
  readonly components?: readonly Component[] | undefined;
}
/** What of CycloneDX is compared with the bundle; the schema as a whole is for those who read bills. */
const Component: z.ZodType<Component> = z.looseObject({
  "bom-ref": z.string().max(2048).optional(),
  hashes: z.array(z.looseObject({ alg: z.string(), content: z.string() })).max(16).optional(),
  get components() {
    return z.array(Component).optional();
  },
});
const Bill = z.looseObject({ bomFormat: z.literal("CycloneDX"), specVersion: z.literal("1.6"), components: z.array(Component) });

/**
 * The bill of materials lists every file of the bundle but itself with the digest that the file has, and nothing that is not there.
 * @param fileOf where a layer of the delivery lies: in the bundle, or already installed
 * @throws bundle.layoutInvalid, bundle.blobChanged, bundle.billDiffers
 */
export async function checkBill(files: Files, { packages, delivery }: OpenedBundle, fileOf: (layer: BundleLayer) => string): Promise<void> {
  if (delivery === null) return;
  const layer = delivery.layers.find(({ path }) => path === DELIVERY_FILES.bom) as BundleLayer;
  const listed = readBill(await readLayer(files, layer, fileOf(layer)));
  const expected = new Map<string, string>();
  for (const each of packages) {
    const model = (each.manifest.annotations[ANNOTATIONS.modelDigest] as string).replace("sha256:", "");
    expected.set(billRefs.model(model), model);
    for (const { path, sha256 } of each.layers) expected.set(billRefs.packageFile(each.digest, path), sha256);
  }
  for (const { path, sha256 } of delivery.layers) if (path !== DELIVERY_FILES.bom) expected.set(billRefs.deliveryFile(path), sha256);
  for (const [ref, sha256] of expected) {
    const found = listed.get(ref);
    if (found !== sha256) throw new WorkbenchError("bundle.billDiffers", { component: ref, expected: digestOf(sha256), found: found === undefined ? "not listed" : digestOf(found) });
  }
  for (const [ref, found] of listed) if (!expected.has(ref)) throw new WorkbenchError("bundle.billDiffers", { component: ref, expected: "not in the bundle", found: digestOf(found) });
}

/** The components that stand for files and models: reference → SHA-256. */
function readBill(bytes: Uint8Array): ReadonlyMap<string, string> {
  const invalid = (reason: string, cause?: unknown): WorkbenchError => new WorkbenchError("bundle.layoutInvalid", { file: DELIVERY_FILES.bom, reason: reason.slice(0, 500) }, { cause });
  let json: unknown;
  const text = new TextDecoder().decode(bytes);
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message : String(cause), cause);
  }
  // A key that stands twice says one thing to us and another to the next reader.
  if (JSON.stringify(json) !== text) throw invalid("it is not written as its content is: a key may stand twice");
  const bill = Bill.safeParse(json);
  if (!bill.success) throw invalid(`${bill.error.issues[0]?.path.join(".")}: ${bill.error.issues[0]?.message}`);
  const listed = new Map<string, string>();
  const open: Component[] = [...bill.data.components];
  for (let count = 0, each = open.pop(); each !== undefined; each = open.pop(), count++) {
    if (count > MAX_COMPONENTS) throw invalid(`more than ${MAX_COMPONENTS} components`);
    for (const inner of each.components ?? []) open.push(inner);
    const ref = each["bom-ref"];
    if (ref === undefined || !billRefs.isOurs(ref)) continue;
    const hashes = (each.hashes ?? []).filter(({ alg }) => alg === "SHA-256");
    if (hashes.length !== 1 || hashes.length !== each.hashes?.length) throw invalid(`${ref} has ${hashes.length} SHA-256 of ${each.hashes?.length ?? 0} hashes`);
    if (listed.has(ref)) throw invalid(`${ref} is listed twice`);
    listed.set(ref, hashes[0]?.content ?? "");
  }
  return listed;
}

async function readLayer(files: Files, { sha256 }: BundleLayer, file: string): Promise<Uint8Array> {
  const bytes = await files.readAll(file, MAX_BILL_BYTES);
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== sha256) throw new WorkbenchError("bundle.blobChanged", { file, expected: digestOf(sha256), found: digestOf(found) });
  return bytes;
}
