import { WorkbenchError } from "../../shared/errors.ts";
import { InnerPath } from "../../shared/schemas/model-package.ts";
import { PARTIAL_ENDING } from "./transfer-blob.ts";
import { INSTALLED_DELIVERY_MANIFEST, INSTALLED_MANIFEST } from "./bundle-layout.ts";

/** Windows takes these for devices, with or without an ending, also before spaces and with raised digits. */
const RESERVED_NAME = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³]) *(\..*)?$/i;
/** Control characters, and those that show as nothing or turn the text around: two names that look the same, or one that looks like another. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u;
/** 255 bytes is what ext4, NTFS and APFS hold; PARTIAL_ENDING must fit as well. */
const MAX_NAME_BYTES = 250;

/**
 * Paths are where an archive attacks its receiver: they must be plain, relative, possible on every file system, and distinct even where case, or the
 * way an accent is written, does not count.
 * @throws bundle.pathEscapes, bundle.entryRefused, bundle.layoutInvalid
 */
export function checkLayerPaths(paths: readonly string[]): void {
  for (const file of paths) {
    if (!InnerPath.safeParse(file).success) throw new WorkbenchError("bundle.pathEscapes", { file: "manifest", found: file.slice(0, 200) });
    const reason = nameFault(file);
    if (reason !== undefined) throw new WorkbenchError("bundle.entryRefused", { file, reason });
  }
  const seen = new Set<string>();
  for (const file of paths) {
    const name = folded(file);
    if (seen.has(name)) throw new WorkbenchError("bundle.layoutInvalid", { file, reason: "two layers have this path" });
    seen.add(name);
  }
  checkDirectories(paths, seen);
}

/** A file cannot also be a directory, and one directory cannot have two spellings. */
function checkDirectories(paths: readonly string[], fileNames: ReadonlySet<string>): void {
  const spellings = new Map<string, string>();
  for (const file of paths) {
    for (let at = file.indexOf("/"); at >= 0; at = file.indexOf("/", at + 1)) {
      const directory = file.slice(0, at);
      const name = folded(directory);
      if (fileNames.has(name)) throw new WorkbenchError("bundle.layoutInvalid", { file, reason: "a layer is a file where another needs a directory" });
      if ((spellings.get(name) ?? directory) !== directory) throw new WorkbenchError("bundle.layoutInvalid", { file, reason: "its directory is spelt in two ways" });
      spellings.set(name, directory);
    }
  }
}

function nameFault(file: string): string | undefined {
  if (!file.isWellFormed()) return "a name that is not Unicode";
  if (folded(file) === INSTALLED_MANIFEST || folded(file) === INSTALLED_DELIVERY_MANIFEST) return "the installed manifest has this name";
  for (const part of file.split("/")) {
    if (RESERVED_NAME.test(part) || /[. ]$/.test(part) || /[<>:"|?*]/.test(part)) return "a name that not every file system can hold";
    if (UNSEEN.test(part)) return "a name with characters that do not show";
    if (new TextEncoder().encode(part).length > MAX_NAME_BYTES) return `a name of more than ${MAX_NAME_BYTES} bytes`;
    if (folded(part).endsWith(PARTIAL_ENDING)) return "unpacking writes under such names";
  }
  return undefined;
}

/** What a file system blind to case and to the form of accents sees. Upper case first: it unites ſ with s and ß with ss, as such file systems do. */
function folded(file: string): string {
  return file.normalize("NFD").toUpperCase().toLowerCase().normalize("NFC");
}
