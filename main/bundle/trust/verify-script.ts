/**
 * Checks a bundle, or one volume of it, with sha256sum and openssl alone: everything else is the shell's own, so that a rescue system's busybox is enough.
 * Whoever carries the medium carries this file too: a receiver who trusts neither takes their own copy. Exit: 0 verified, 3 not signed, 4 wrong, 2 usage.
 */
export const VERIFY_SCRIPT_TEXT = `#!/bin/sh
# Checks this bundle without Sallyport. Needs sha256sum and openssl, nothing else.
#   sh verify.sh KEY.pem [FOLDER [LIST]]
# KEY.pem   the signer's public key, from another source than this medium
# FOLDER    the bundle, or one volume of it (where this script lies, unless said)
# LIST      the list of files in it (SHA256SUMS, unless said)
# Exit status: 0 verified, 3 not signed, 4 wrong, 2 asked wrongly.
# A copy of this script that you brought yourself is worth more than the one on the medium. By hand it is:
#   sha256sum -c SHA256SUMS
#   openssl dgst -sha256 -verify KEY.pem -signature signatures/NAME.SHA256SUMS.sig SHA256SUMS
set -u
LC_ALL=C
export LC_ALL

wrong() {
  printf 'WRONG: %s\\n' "$1" >&2
  exit 4
}
usage() {
  printf '%s\\nusage: sh verify.sh KEY.pem [FOLDER [LIST]]\\n' "$1" >&2
  exit 2
}

key=\${1:-}
here=\${0%/*}
[ "$here" != "$0" ] || here=.
folder=\${2:-$here}
list=\${3:-SHA256SUMS}
command -v sha256sum >/dev/null 2>&1 || usage 'sha256sum was not found.'
command -v openssl >/dev/null 2>&1 || usage 'openssl was not found.'
[ -z "$key" ] || [ -r "$key" ] || usage "There is no key at $key."
case $key in '' | /*) ;; *) key=$PWD/$key ;; esac
cd -- "$folder" 2>/dev/null || usage "There is no folder $folder."
if [ -L "$list" ] || [ ! -f "$list" ]; then wrong "$list is missing, so nothing says what belongs here."; fi

# 1. The list is plain: a digest, two spaces, a path that stays in this folder; no path twice.
nl='
'
names=$nl
count=0
while IFS= read -r line || [ -n "$line" ]; do
  digest=\${line%%  *}
  name=\${line#*  }
  [ "$digest  $name" = "$line" ] || digest=
  [ \${#digest} -eq 64 ] || digest=x
  case $digest in *[!0-9a-f]*) wrong "$list has a line that is not a digest and a path: $line" ;; esac
  case $name in '' | /* | ../* | */../* | */.. | .. | -* | *[!A-Za-z0-9._/-]*) wrong "$list names a path that is refused: $name" ;; esac
  case $names in *"$nl$name$nl"*) wrong "$list names $name twice." ;; esac
  names=$names$name$nl
  count=$((count + 1))
done <"$list"
[ "$count" -gt 0 ] || wrong "$list is empty."

# 2. Nothing lies here that the list does not name: no other file, and no link to elsewhere.
walk() {
  for entry in "$1"* "$1".[!.]* "$1"..?*; do
    [ -e "$entry" ] || [ -L "$entry" ] || continue
    [ ! -L "$entry" ] || wrong "$entry is a link."
    if [ -d "$entry" ]; then
      [ "$entry" = signatures ] || walk "$entry/"
    else
      case $entry in SHA256SUMS | "$list") continue ;; esac
      case $names in *"$nl$entry$nl"*) ;; *) wrong "$entry is in no list." ;; esac
    fi
  done
}
walk ''
for entry in signatures/* signatures/.[!.]* signatures/..?*; do
  [ -e "$entry" ] || [ -L "$entry" ] || continue
  case $entry in signatures/.* | *[!A-Za-z0-9._/-]*) wrong "$entry is no signature." ;; *.sigstore.json | *.sig) ;; *) wrong "$entry is no signature." ;; esac
  if [ -L "$entry" ] || [ ! -f "$entry" ]; then wrong "$entry is no file."; fi
done

# 3. Every file is what the list says.
checked=$(sha256sum -c "$list" 2>&1) || {
  printf '%s\\n' "$checked" | while IFS= read -r line; do
    case $line in *': OK') ;; *) printf '%s\\n' "$line" >&2 ;; esac
  done
  wrong 'a file is missing or is not what was packed (see above).'
}

# 4. The list is what the signer signed.
signatures=0
for signature in signatures/*."$list".sig; do
  [ -f "$signature" ] || continue
  signatures=$((signatures + 1))
  [ -n "$key" ] || continue
  if openssl dgst -sha256 -verify "$key" -signature "$signature" "$list" >/dev/null 2>&1; then
    printf 'VERIFIED: %s files, as signed by the owner of %s (%s).\\n' "$count" "$key" "$signature"
    exit 0
  fi
done
if [ "$signatures" -eq 0 ]; then
  for signature in signatures/*; do
    [ ! -e "$signature" ] || wrong "there are signatures, but none over $list that openssl could check."
  done
  printf 'NOT SIGNED: %s files are as %s says, but nobody vouches for %s.\\n' "$count" "$list" "$list" >&2
  exit 3
fi
[ -n "$key" ] || usage "It is signed. Name the signer's public key to check it."
wrong "none of its $signatures signatures is by the owner of $key."
`;
