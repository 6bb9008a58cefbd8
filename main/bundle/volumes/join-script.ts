import { digestOfList, type VolumeList } from "./volume-list.ts";
import { dataVolumes, partName } from "./volume-geometry.ts";
import { piecesOf } from "./volume-source.ts";

/** `dd` seeks to whole blocks of this many bytes; `tail` drops what precedes the piece in the first. */
const STEP_BYTES = 65_536;

/**
 * A POSIX shell script that puts the bundle together where no Sallyport is: every data volume must be there and whole. It repairs nothing.
 * Needs dd, tail, head -c and sha256sum or shasum: coreutils, busybox, BSD and macOS have them.
 */
export function joinScript(list: VolumeList, listBytes: Uint8Array): string {
  const parts = list.volumes.slice(0, dataVolumes(list)).flatMap(({ name, parts: ofVolume }) => ofVolume.map((part, index) => ({ name: partName(name, index), bytes: part.bytes })));
  let offset = 0;
  const placed = parts.map((part, index) => {
    const at = { ...part, offset, variable: `"$part_${index + 1}"` };
    offset += part.bytes;
    return at;
  });
  const lines: string[] = [];
  for (const { path, offset: begin, bytes, sha256 } of list.files) {
    const slash = path.lastIndexOf("/");
    if (slash >= 0) lines.push(`folder ${quoted(path.slice(0, slash))}`);
    lines.push(`begin ${quoted(path)}`);
    for (const { file, at, bytes: length } of piecesOf(placed, begin, bytes)) lines.push(`piece ${file.variable} ${Math.floor(at / STEP_BYTES)} ${(at % STEP_BYTES) + 1} ${Math.ceil(((at % STEP_BYTES) + length) / STEP_BYTES)} ${length}`);
    lines.push(`check ${sha256}`);
  }
  return `#!/bin/sh
# Joins ${list.content.name} from its volumes without Sallyport:
#   sh join.sh OUT FOLDER...
# OUT is the folder to make; each FOLDER holds volumes, or folders of volumes. All ${dataVolumes(list)} data volumes must be there and whole;
# repairing lost or damaged ones from recovery volumes takes Sallyport: sallyport bundle join FOLDER... --out OUT
# Set of volumes: ${digestOfList(listBytes)}
set -eu
if [ $# -lt 2 ]; then
  echo "usage: sh join.sh OUT FOLDER..." >&2
  exit 2
fi
out=$1
shift
if [ -e "$out" ] || [ -e "$out.partial" ]; then
  echo "$out or $out.partial exists already." >&2
  exit 6
fi
if command -v sha256sum >/dev/null 2>&1; then
  sum() { sha256sum; }
else
  sum() { shasum -a 256; }
fi

# Where a part lies: in one of the folders, or one level below.
place() {
  wanted=$1
  shift
  for folder in "$@"; do
    for found in "$folder/$wanted" "$folder"/*/"$wanted"; do
      if [ -f "$found" ]; then
        printf '%s\\n' "$found"
        return 0
      fi
    done
  done
  return 1
}
missing=
${placed.map(({ name }, index) => `part_${index + 1}=$(place ${quoted(name)} "$@") || missing="$missing ${name}"`).join("\n")}
if [ -n "$missing" ]; then
  echo "Missing:$missing" >&2
  exit 1
fi
folder() { mkdir -p "$out.partial/$1"; }
begin() {
  path=$1
  : > "$out.partial/$path"
}
# Steps of ${STEP_BYTES} bytes to pass over, the first byte of the rest, steps to read, bytes to take.
piece() {
  dd if="$1" bs=${STEP_BYTES} skip="$2" count="$4" 2>/dev/null | tail -c "+$3" | head -c "$5" >> "$out.partial/$path"
}
check() {
  found=$(sum < "$out.partial/$path")
  if [ "\${found%% *}" != "$1" ]; then
    echo "$path is not what was packed: expected $1, found \${found%% *}. A volume is damaged, or belongs to another bundle." >&2
    rm -rf "$out.partial"
    exit 1
  fi
}
mkdir "$out.partial"
${lines.join("\n")}
mv "$out.partial" "$out"
echo "$out is whole: ${list.files.length} files."
`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
