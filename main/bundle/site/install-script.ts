/**
 * Installs a bundle at a site that has no Sallyport, into the folder that Sallyport itself would make there (site-layout.ts), so that both can take turns.
 * POSIX sh, dash and busybox; nothing of the medium is believed before it was hashed: files.tsv is held line by line against the manifest, whose digest is the
 * bundle's or stands in it. No parity: without an engine there is nothing to run.
 */
export const INSTALL_SCRIPT_TEXT = `#!/bin/sh
# Installs this bundle at a site without Sallyport, and goes back to an earlier version. Needs sha256sum and what every Unix has.
#   sh install.sh --site FOLDER [--digest sha256:HEX] [--key KEY.pem] [--package NAME] [--plan]
#   sh install.sh --rollback [--to VERSION] [--site FOLDER]
#   sh install.sh --rollforward [--site FOLDER]
#   sh install.sh --list [--site FOLDER]
# FOLDER    the site: versions/ holds every version, current.json says which is current, current is a link to it
# --digest  what the sender told you over another channel; anything else is refused
# --key     the signer's public key, from another source than this medium: verify.sh checks the signature with it
# --plan    say what would be done, and do nothing
# Exit status: 0 done, 1 refused or failed, 2 asked wrongly. Whatever happens, and whenever it is killed, the site keeps one whole version.
# "A && B || stop" is meant as it stands: stop does not come back.
# shellcheck disable=SC2015
set -u
LC_ALL=C
export LC_ALL
umask 022

work='' site='' digest='' key='' wanted='' to='' action=install plan=no
locked=no mark='' bundle='' model='' from='' name='' smoke=notRun checked=contents

note() { printf '%s\\n' "$1"; }
usage() {
  printf '%s\\nusage: sh install.sh --site FOLDER [--digest sha256:HEX] [--key KEY.pem] [--package NAME] [--plan] | --rollback [--to VERSION] | --rollforward | --list\\n' "$1" >&2
  exit 2
}
leave() {
  [ -z "$work" ] || rm -rf "$work"
  if [ "$locked" = yes ] && [ "$(cat "$site/lock" 2>/dev/null)" = "$mark" ]; then rm -f "$site/lock"; fi
}
stop() {
  printf 'install.sh: %s\\n' "$1" >&2
  if [ "$locked" = yes ]; then
    bundleText=null
    [ -z "$bundle" ] || bundleText="\\"$bundle\\""
    append "{\\"formatVersion\\":1,\\"refused\\":\\"install.sh\\",\\"action\\":\\"$action\\",\\"at\\":\\"$(now)\\",\\"by\\":\\"$(who)\\",\\"bundle\\":$bundleText,\\"with\\":\\"install.sh\\"}"
  fi
  leave
  exit 1
}
now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
who() { printf '%s@%s' "$(id -un 2>/dev/null || id -u)" "$(machine)" | tr -cd 'A-Za-z0-9._@-'; }
machine() { hostname 2>/dev/null || uname -n; }
sizeOf() { wc -c <"$1" | tr -d ' '; }
sumOf() {
  line=$(sha256sum <"$1") || return 1
  printf '%s' "\${line%% *}"
}
isHex() {
  [ \${#1} -eq 64 ] || return 1
  case $1 in *[!0-9a-f]*) return 1 ;; esac
}
isNumber() { case $1 in '' | *[!0-9]*) return 1 ;; esac }
isVersion() {
  case $1 in *[!0-9a-f-]* | *-*-*) return 1 ;; esac
  first=\${1%%-*} second=\${1#*-}
  isNumber "$first" && [ \${#first} -ge 4 ] && [ \${#first} -le 9 ] && [ \${#second} -eq 12 ] && [ "$first-$second" = "$1" ]
}
plainNumber() {
  digits=\${1#"\${1%%[!0]*}"}
  printf '%s' "\${digits:-0}"
}

while [ $# -gt 0 ]; do
  case $1 in
  --site | --digest | --key | --package | --to)
    [ $# -gt 1 ] || usage "$1 needs a value."
    case $1 in --site) site=$2 ;; --digest) digest=$2 ;; --key) key=$2 ;; --package) wanted=$2 ;; --to) to=$2 ;; esac
    shift
    ;;
  --rollback) action=rollback ;;
  --rollforward) action=rollforward ;;
  --list) action=list ;;
  --plan) plan=yes ;;
  *) usage "$1 is not known." ;;
  esac
  shift
done
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || usage "The folder of this script cannot be entered."
if [ -z "$site" ]; then
  [ -d "$here/versions" ] || usage "Say where the site is: --site FOLDER."
  site=$here
fi
case $site in /*) ;; *) site=$PWD/$site ;; esac
versions=$site/versions
[ -z "$to" ] || isVersion "$to" || usage "$to is not the name of a version."
# One that was killed leaves its folder, and a process may be given its number again.
count=0
until (umask 077 && mkdir "\${TMPDIR:-/tmp}/sallyport-install.$$.$count") 2>/dev/null; do
  count=$((count + 1))
  [ "$count" -lt 100 ] || stop "\${TMPDIR:-/tmp} cannot be written to."
done
work=\${TMPDIR:-/tmp}/sallyport-install.$$.$count
trap leave EXIT
trap 'leave; exit 130' INT TERM HUP

# --- records: one line each; Sallyport reads and writes the same
currentVersion() {
  [ -f "$site/current.json" ] && [ ! -L "$site/current.json" ] || return 0
  found=$(sed -n 's/^{"formatVersion":1,"version":"\\([0-9]*-[0-9a-f]*\\)",.*}$/\\1/p' "$site/current.json")
  isVersion "$found" || stop "$site/current.json is not as this script or Sallyport writes it."
  printf '%s' "$found"
}
append() {
  temporary=$site/.history.$$.tmp
  : >"$temporary"
  if [ -f "$site/history.jsonl" ]; then
    cat "$site/history.jsonl" >"$temporary"
    [ -z "$(tail -c 1 "$temporary")" ] || printf '\\n' >>"$temporary"
  fi
  printf '%s\\n' "$1" >>"$temporary" && mv -f "$temporary" "$site/history.jsonl"
}
settle() {
  [ -f "$site/current.json" ] || return 0
  line=$(cat "$site/current.json")
  last=''
  [ ! -f "$site/history.jsonl" ] || last=$(grep '^{"formatVersion":1,"version":' "$site/history.jsonl" | tail -n 1)
  [ "$last" = "$line" ] || append "$line"
  is=$(currentVersion) || exit 1
  if [ -L "$site/current" ] || [ ! -e "$site/current" ]; then
    rm -f "$site/.current.$$.tmp"
    if ln -s "versions/$is" "$site/.current.$$.tmp" 2>/dev/null; then
      mv -fT "$site/.current.$$.tmp" "$site/current" 2>/dev/null || { rm -f "$site/.current.$$.tmp" && ln -sfn "versions/$is" "$site/current"; }
    fi
  fi
  if [ -f "$here/install.sh" ] && [ "$here" != "$site" ]; then
    cp "$here/install.sh" "$site/.install.$$.tmp" && chmod 755 "$site/.install.$$.tmp" && mv -f "$site/.install.$$.tmp" "$site/install.sh"
  fi
}
switchTo() {
  [ "$(cat "$site/lock" 2>/dev/null)" = "$mark" ] || { locked=no && stop "Somebody else took the lock of $site over; nothing was changed."; }
  fromText=null
  [ -z "$from" ] || fromText="\\"$from\\""
  temporary=$site/.current.json.$$.tmp
  printf '{"formatVersion":1,"version":"%s","action":"%s","from":%s,"at":"%s","by":"%s","bundle":"%s","model":"%s","checked":"%s","smoke":"%s","parity":"notRun","with":"install.sh"}\\n' \\
    "$1" "$action" "$fromText" "$(now)" "$(who)" "$bundle" "$model" "$checked" "$smoke" >"$temporary" || stop "The disk of $site does not take another line."
  sync
  mv -f "$temporary" "$site/current.json" || stop "$site/current.json could not be replaced."
  settle
}

# --- one at a time; the lock of a process that is gone is taken over
startOf() {
  [ -r "/proc/$1/stat" ] || return 0
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
  # shellcheck disable=SC2086
  set -- \${stat##*) }
  [ "$1" != Z ] && [ "$1" != X ] || return 0
  printf '%s:%s' "$(cat /proc/sys/kernel/random/boot_id)" "\${20}"
}
lock() {
  startedText=null
  started=$(startOf $$)
  [ -z "$started" ] || startedText="\\"$started\\""
  mark="{\\"pid\\":$$,\\"host\\":\\"$(machine)\\",\\"started\\":$startedText,\\"nonce\\":\\"$$-$(date +%s)\\"}"
  tries=0
  while ! (set -C && printf '%s\\n' "$mark" >"$site/lock") 2>/dev/null; do
    tries=$((tries + 1))
    [ -e "$site/lock" ] || [ "$tries" -lt 5 ] || stop "$site cannot be written to."
    found=$(cat "$site/lock" 2>/dev/null)
    if [ -z "$found" ] && [ "$tries" -lt 5 ]; then sleep 1 && continue; fi
    pid=$(printf '%s\\n' "$found" | sed -n 's/^{"pid":\\([0-9]*\\),.*/\\1/p')
    host=$(printf '%s\\n' "$found" | sed -n 's/.*"host":"\\([^"]*\\)".*/\\1/p')
    began=$(printf '%s\\n' "$found" | sed -n 's/.*"started":"\\([^"]*\\)".*/\\1/p')
    if [ -n "$found" ]; then
      [ "$host" = "$(machine)" ] || stop "$site is being changed by process $pid on $host. If that is long gone, remove $site/lock."
      if [ -d /proc/$$ ]; then alive=$(startOf "$pid"); else alive=$(kill -0 "$pid" 2>/dev/null && echo yes); fi
      if [ -n "$alive" ] && { [ -z "$began" ] || [ "$alive" = "$began" ] || [ "$alive" = yes ]; }; then stop "$site is being changed by process $pid."; fi
    fi
    [ "$tries" -le 8 ] || stop "$site/lock is fought over."
    mv "$site/lock" "$site/lock.$$" 2>/dev/null || continue
    taken=$(cat "$site/lock.$$")
    [ "$taken" = "$found" ] || (set -C && printf '%s\\n' "$taken" >"$site/lock") 2>/dev/null
    rm -f "$site/lock.$$"
  done
  locked=yes
  rm -f "$site"/.*.tmp
}

running() {
  for file in "$site/running"/*.json; do
    [ -f "$file" ] || continue
    pid=$(sed -n 's/^{"pid":\\([0-9]*\\),.*/\\1/p' "$file")
    began=$(sed -n 's/.*"started":"\\([^"]*\\)".*/\\1/p' "$file")
    if [ -z "$pid" ] || { [ -n "$began" ] && [ "$(startOf "$pid")" != "$began" ]; }; then continue; fi
    note "runs now: process $pid, from $(sed -n 's/.*"version":"\\([^"]*\\)".*/\\1/p' "$file"); it keeps to that version until it is started again"
  done
}

# --- a version is whole when every file that its manifest lists has its length, and with "full" its digest
checkVersion() {
  list=$work/version
  manifest=$versions/$1/bundle/manifest.json
  : >"$list"
  listManifest "$manifest" ''
  if [ -f "$versions/$1/bundle/delivery-manifest.json" ]; then listManifest "$versions/$1/bundle/delivery-manifest.json" bundle/; fi
  model=sha256:$(sed -n 's/.*"ai.sallyport.model.digest":"sha256:\\([0-9a-f]*\\)".*/\\1/p' "$manifest" | head -n 1)
  isHex "\${model#sha256:}" || stop "$manifest names no model: the version is damaged."
  while IFS='	' read -r sum bytes path; do
    file=$versions/$1/$path
    plainPath "$path" || stop "$manifest names a path that is refused: $path"
    [ -f "$file" ] && [ ! -L "$file" ] && [ "$(sizeOf "$file")" = "$bytes" ] || stop "$file is not as it was installed: the version is damaged."
    case $2:$path in full:* | *:model.json) [ "$(sumOf "$file")" = "$sum" ] || stop "$file is not as it was installed: the version is damaged." ;; esac
    [ "$path" != model.json ] || [ "$model" = "sha256:$sum" ] || stop "$manifest names another model than its model.json: the version is damaged."
  done <"$list"
}
# $2: where the files that it lists lie in the version
listManifest() {
  [ -f "$1" ] || stop "$1 is missing: the version is damaged."
  # A manifest ends without a newline, and sed would leave its last line so: the next list's first would be glued to it.
  { cat "$1" && echo; } | sed 's/{"mediaType":/\\
{"mediaType":/g' | sed -n 's|.*"digest":"sha256:\\([0-9a-f]*\\)","size":\\([0-9]*\\),"annotations":{"org.cncf.model.filepath":"\\([^"]*\\)".*|\\1	\\2	'"$2"'\\3|p' >"$work/listed"
  [ -s "$work/listed" ] || stop "$1 lists nothing: the version is damaged."
  cat "$work/listed" >>"$list"
}
plainPath() { case $1 in '' | /* | ../* | */../* | */.. | .. | . | ./* | */./* | */. | *//* | */ | *\\\\*) return 1 ;; esac }
# A word or two from the engine that came along, if it runs on this machine: its runtime is unpacked and the model packed for it, as on first use.
smokeTest() {
  if [ ! -f "$versions/$1/model.json" ]; then
    note "smoke test: not run; an original checkpoint is another engine's to run"
    return 0
  fi
  case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) platform=linux-x64 ;;
  Linux-aarch64) platform=linux-arm64 ;;
  Darwin-arm64) platform=darwin-arm64 ;;
  Darwin-x86_64) platform=darwin-x64 ;;
  *) platform=unknown ;;
  esac
  for start in "$versions/$1"/bundle/launch/*/run.sh; do
    [ -f "$start" ] && [ -f "$versions/$1/bundle/runtime/$platform.tar" ] || continue
    note "smoke test: $start"
    sh "$start" The --max-tokens 2 >/dev/null </dev/null || stop "The smoke test failed: $start. The version before stays current."
    smoke=ran
    return 0
  done
  note "smoke test: not run; this bundle brings no engine for this machine"
}

if [ "$action" = list ]; then
  [ -d "$versions" ] || stop "There is no site at $site."
  is=$(currentVersion) || exit 1
  for folder in "$versions"/*; do
    isVersion "\${folder##*/}" || continue
    if [ "\${folder##*/}" = "$is" ]; then note "* \${folder##*/}"; else note "  \${folder##*/}"; fi
  done
  running
  exit 0
fi

if [ "$action" != install ]; then
  [ -d "$versions" ] || stop "There is no site at $site."
  lock
  settle
  from=$(currentVersion) || exit 1
  [ -n "$from" ] || stop "$site runs no version yet."
  if [ -z "$to" ]; then
    number=$(plainNumber "\${from%%-*}") best=''
    for folder in "$versions"/*; do
      isVersion "\${folder##*/}" || continue
      other=\${folder##*/}
      count=$(plainNumber "\${other%%-*}")
      if [ "$action" = rollback ] && [ "$count" -lt "$number" ]; then to=$other; fi
      if [ "$action" = rollforward ] && [ "$count" -gt "$number" ] && [ -z "$best" ]; then best=$other; fi
    done
    [ "$action" = rollback ] || to=$best
    [ -n "$to" ] || stop "There is no other version to go to from $from."
  fi
  [ -d "$versions/$to" ] || stop "There is no version $to at $site."
  [ "$to" != "$from" ] || stop "$to is the current version already."
  checkVersion "$to" quick
  bundle=$(sed -n 's/^{"formatVersion":1,"version":"'"$to"'",.*"bundle":"\\(sha256:[0-9a-f]*\\)".*/\\1/p' "$site/history.jsonl" | tail -n 1)
  [ -n "$bundle" ] || stop "history.jsonl does not know where $to came from."
  if [ "$(plainNumber "\${to%%-*}")" -gt "$(plainNumber "\${from%%-*}")" ]; then action=rollforward; else action=rollback; fi
  switchTo "$to"
  note "$site: $from -> $to"
  running
  exit 0
fi

# --- what the bundle says it holds, held against its own manifest
list=$here/files.tsv
[ -f "$list" ] && [ ! -L "$list" ] || stop "$list is missing: this is no bundle."
blobs=$here/blobs/sha256
if [ -f "$here/verify.sh" ] && [ -f "$here/SHA256SUMS" ]; then
  if [ -n "$key" ]; then sh "$here/verify.sh" "$key" "$here"; else sh "$here/verify.sh" '' "$here"; fi
  case $? in
  0) [ -z "$key" ] || checked=signature ;;
  3) [ -z "$key" ] || stop "The bundle is not signed by the key in $key." ;;
  *) stop "verify.sh refused the bundle." ;;
  esac
elif [ -n "$key" ]; then
  stop "There is no verify.sh to check a signature with."
fi

part='' manifestSum='' deliverySum='' count=0 chosen=no packages=''
tab='	'
while IFS="$tab" read -r kind one two three four; do
  case $kind in
  sallyport-files) [ "$one" = 1 ] || stop "$list has format $one; this script reads 1." ;;
  bundle) bundle=$one ;;
  package)
    part=package
    packages="$packages  $three
"
    if [ "$chosen" = no ] && { [ -z "$wanted" ] || [ "$wanted" = "$three" ]; }; then
      chosen=yes name=$three manifestSum=$one model=sha256:$two part=chosen
    elif [ -z "$wanted" ]; then
      chosen=several
    fi
    ;;
  delivery) part=delivery deliverySum=$one ;;
  file)
    isHex "$one" && isNumber "$two" && plainPath "$four" || stop "$list has a line that is refused: $four"
    case $part in
    chosen) printf '%s\\t%s\\t%s\\t%s\\t%s\\n' "$one" "$two" "$three" "$four" "$four" >>"$work/package" ;;
    delivery) printf '%s\\t%s\\t%s\\t%s\\t%s\\n' "$one" "$two" "$three" "$four" "bundle/$four" >>"$work/delivery" ;;
    esac
    ;;
  *) stop "$list has a line of a kind that is not known: $kind" ;;
  esac
done <"$list"
[ "$chosen" != several ] || stop "The bundle holds several packages; choose one with --package:
$packages"
[ "$chosen" = yes ] || stop "The bundle holds no package $wanted; it holds:
$packages"
isHex "\${bundle#sha256:}" && isHex "$manifestSum" && isHex "\${model#sha256:}" || stop "$list has a digest that is none."
if [ -n "$digest" ]; then
  [ "sha256:\${digest#sha256:}" = "$bundle" ] || stop "The bundle is $bundle; its sender told $digest. Nothing was changed."
  [ "$checked" = signature ] || checked=digest
fi
grep -qF "\\"$bundle\\"" "$here/index.json" || stop "index.json does not name $bundle."

# Every line of the list stands in a manifest, whose digest is known, and the manifest has no other.
bind() {
  manifest=$blobs/$1
  [ -f "$manifest" ] && [ "$(sumOf "$manifest")" = "$1" ] || stop "$manifest is missing or changed."
  lines=0
  while IFS="$tab" read -r sum bytes _ path _; do
    grep -qF "\\"digest\\":\\"sha256:$sum\\",\\"size\\":$bytes,\\"annotations\\":{\\"org.cncf.model.filepath\\":\\"$path\\"" "$manifest" || stop "$list and $manifest disagree about $path."
    lines=$((lines + 1))
  done <"$2"
  [ "$(grep -o '"org.cncf.model.filepath":' "$manifest" | wc -l | tr -d ' ')" = "$lines" ] || stop "$list does not list all of $manifest."
}
: >>"$work/package"
: >>"$work/delivery"
bind "$manifestSum" "$work/package"
! grep -q "\${tab}model.json$tab" "$work/package" || grep -q "^\${model#sha256:}$tab.*\${tab}model.json$tab" "$work/package" || stop "$list names another model than its model.json."
if [ -n "$deliverySum" ]; then
  isHex "$deliverySum" && [ "sha256:$deliverySum" = "$bundle" ] || stop "$list names another delivery than the bundle."
  bind "$deliverySum" "$work/delivery"
  document=$(sed -n "s/^\\([0-9a-f]*\\)$tab.*\${tab}bundle\\/delivery.json\\$/\\1/p" "$work/delivery")
  isHex "$document" && [ "$(sumOf "$blobs/$document")" = "$document" ] && grep -qF "\\"sha256:$manifestSum\\"" "$blobs/$document" || stop "The delivery does not name this package."
else
  [ "sha256:$manifestSum" = "$bundle" ] || stop "$list names another package than the bundle."
fi
cat "$work/package" "$work/delivery" >"$work/files"
files=$work/files

# --- plan
if [ "$plan" = no ]; then
  mkdir -p "$versions" || stop "$versions cannot be made."
  lock
  settle
fi
from=$(currentVersion) || exit 1
highest=0 present=''
isSameDelivery() {
  if [ -z "$deliverySum" ]; then [ ! -e "$1/bundle/delivery-manifest.json" ]; else [ -f "$1/bundle/delivery-manifest.json" ] && [ "$(sumOf "$1/bundle/delivery-manifest.json")" = "$deliverySum" ]; fi
}
for folder in "$versions"/*; do
  isVersion "\${folder##*/}" || continue
  other=\${folder##*/}
  number=$(plainNumber "\${other%%-*}")
  [ "$number" -le "$highest" ] || highest=$number
  if [ "\${other#*-}" = "$(printf '%.12s' "\${bundle#sha256:}")" ] && [ -f "$folder/bundle/manifest.json" ] && [ "$(sumOf "$folder/bundle/manifest.json")" = "$manifestSum" ] && isSameDelivery "$folder"; then present=$other; fi
done
if [ -f "$site/history.jsonl" ]; then
  sed -n 's/^{"formatVersion":1,"version":"\\([0-9]*\\)-.*/\\1/p' "$site/history.jsonl" >"$work/numbers"
  while read -r number; do
    number=$(plainNumber "$number")
    [ "$number" -le "$highest" ] || highest=$number
  done <"$work/numbers"
fi
version=$(printf '%04d-%.12s' "$((highest + 1))" "\${bundle#sha256:}")
copied=0 linked=0
while IFS="$tab" read -r sum bytes mode _ path; do
  if [ -n "$from" ] && [ -f "$versions/$from/$path" ] && [ "$(sizeOf "$versions/$from/$path")" = "$bytes" ]; then linked=$((linked + bytes)); else copied=$((copied + bytes)); fi
done <"$files"
disk=$versions
while [ ! -d "$disk" ]; do disk=$(dirname -- "$disk"); done
free=$(df -Pk "$disk" | tail -n 1 | sed -n 's/.* \\([0-9][0-9]*\\)  *[0-9-]*%* .*/\\1/p')
note "site      $site"
note "model     $name"
note "bundle    $bundle"
note "now       \${from:-nothing yet}"
if [ -n "$present" ]; then
  note "then      $present, which is here already: nothing to copy"
else
  note "then      $version"
  note "to copy   $copied bytes; up to $linked shared with the version now"
fi
note "free      $((\${free:-0} * 1024)) bytes"
running
[ "$plan" = no ] || exit 0
if [ -n "$present" ]; then
  checkVersion "$present" full
  [ "$present" != "$from" ] || { note "$present is current already, and whole." && exit 0; }
  smokeTest "$present"
  switchTo "$present"
  note "installed $present"
  exit 0
fi
[ -z "$free" ] || [ "$((free * 1024))" -ge "$copied" ] || stop "There is no room for $copied bytes in $versions."

# --- apply: unpacked beside, every byte hashed, then one rename for the version and one for the switch
partial=$versions/$version.partial
earlier=$versions/$version.earlier.partial
for folder in "$versions"/*.partial; do
  [ "$folder" = "$partial" ] || [ "$folder" = "$earlier" ] || rm -rf "$folder"
done
if [ -e "$partial" ] || [ -L "$partial" ]; then
  rm -rf "$earlier"
  mv "$partial" "$earlier"
fi
mkdir "$partial" || stop "$partial cannot be made."
while IFS="$tab" read -r sum bytes mode _ path; do
  target=$partial/$path
  mkdir -p "$(dirname -- "$target")" || stop "$(dirname -- "$target") cannot be made."
  placed=no
  for old in "$earlier/$path" "\${from:+$versions/$from/$path}"; do
    [ -n "$old" ] && [ -f "$old" ] && [ ! -L "$old" ] && [ "$(sizeOf "$old")" = "$bytes" ] || continue
    ln "$old" "$target" 2>/dev/null || continue
    if [ "$(sumOf "$target")" = "$sum" ]; then placed=yes && break; fi
    rm -f "$target"
  done
  if [ "$placed" = no ]; then
    [ -f "$blobs/$sum" ] && [ ! -L "$blobs/$sum" ] || stop "$blobs/$sum is missing: the copy of the bundle is not complete."
    cp "$blobs/$sum" "$target" || stop "$path could not be copied."
    [ "$(sumOf "$target")" = "$sum" ] || { rm -rf "$partial" && stop "$blobs/$sum is not what was packed. The version before stays current."; }
  fi
  if [ "$mode" = x ]; then chmod 755 "$target" 2>/dev/null || :; fi
done <"$files"
cp "$blobs/$manifestSum" "$partial/bundle/manifest.json" || stop "The manifest could not be copied."
if [ -n "$deliverySum" ]; then cp "$blobs/$deliverySum" "$partial/bundle/delivery-manifest.json" || stop "The manifest could not be copied."; fi
rm -rf "$earlier"
sync
mv "$partial" "$versions/$version" || stop "$versions/$version could not be named."
smokeTest "$version"
switchTo "$version"
note "installed $version"
`;
