/** The same for Windows: PowerShell 5 and later, certutil and openssl. Same words, same exit codes. */
export const VERIFY_SCRIPT_WINDOWS_TEXT = `# Checks this bundle without Sallyport. Needs certutil (part of Windows) and openssl, nothing else.
#   powershell -ExecutionPolicy Bypass -File verify.ps1 -Key KEY.pem [-Folder FOLDER] [-List LIST]
# Exit status: 0 verified, 3 not signed, 4 wrong, 2 asked wrongly.
# A copy of this script that you brought yourself is worth more than the one on the medium.
param([string]$Key = '', [string]$Folder = $PSScriptRoot, [string]$List = 'SHA256SUMS')
$ErrorActionPreference = 'Stop'
function Wrong([string]$Why) { [Console]::Error.WriteLine("WRONG: $Why"); exit 4 }
function Usage([string]$Why) { [Console]::Error.WriteLine("$Why\`nusage: verify.ps1 -Key KEY.pem [-Folder FOLDER] [-List LIST]"); exit 2 }
function Digest([string]$File) {
  # certutil cannot hash an empty file.
  if ((Get-Item -LiteralPath $File -Force).Length -eq 0) { return 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' }
  $lines = & certutil -hashfile $File SHA256
  if ($LASTEXITCODE -ne 0) { Wrong "$File cannot be read." }
  return ($lines[1] -replace '\\s', '').ToLowerInvariant()
}
if ($Key -ne '') {
  if (-not (Test-Path -LiteralPath $Key -PathType Leaf)) { Usage "There is no key at $Key." }
  $Key = (Resolve-Path -LiteralPath $Key).ProviderPath
}
if (-not (Get-Command openssl -ErrorAction SilentlyContinue)) { Usage 'openssl was not found.' }
if (-not (Test-Path -LiteralPath $Folder -PathType Container)) { Usage "There is no folder $Folder." }
$root = (Resolve-Path -LiteralPath $Folder).ProviderPath.TrimEnd('\\', '/')
$listFile = Join-Path $root $List
if (-not (Test-Path -LiteralPath $listFile -PathType Leaf)) { Wrong "$List is missing, so nothing says what belongs here." }

# 1. The list is plain: a digest, two spaces, a path that stays in this folder; no path twice.
$names = New-Object 'System.Collections.Generic.Dictionary[string,string]' ([StringComparer]::OrdinalIgnoreCase)
foreach ($line in [IO.File]::ReadAllText($listFile).TrimEnd("\`n").Split("\`n")) {
  if ($line -cnotmatch '^([0-9a-f]{64})  ([A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*)$') { Wrong "$List has a line that is not a digest and a path: $line" }
  if ($names.ContainsKey($Matches[2])) { Wrong "$List names $($Matches[2]) twice." }
  $names[$Matches[2]] = $Matches[1]
}

# 2. Nothing lies here that the list does not name: no other file, and no link to elsewhere.
foreach ($entry in Get-ChildItem -LiteralPath $root -Recurse -Force) {
  $name = $entry.FullName.Substring($root.Length + 1).Replace('\\', '/')
  if ($entry.Attributes -band [IO.FileAttributes]::ReparsePoint) { Wrong "$name is a link." }
  if ($name -like 'signatures/*' -and ($entry.PSIsContainer -or $name -cnotmatch '^signatures/[A-Za-z0-9_][A-Za-z0-9._-]*\\.(sigstore\\.json|sig)$')) { Wrong "$name is no signature." }
  if ($entry.PSIsContainer -or $name -like 'signatures/*' -or $name -ceq 'SHA256SUMS' -or $name -ceq $List) { continue }
  if (-not $names.ContainsKey($name)) { Wrong "$name is in no list." }
}

# 3. Every file is what the list says.
foreach ($name in $names.Keys) {
  $file = Join-Path $root $name
  if (-not (Test-Path -LiteralPath $file -PathType Leaf)) { Wrong "$name is missing." }
  if ((Digest $file) -cne $names[$name]) { Wrong "$name is not what was packed." }
}

# 4. The list is what the signer signed.
$folderOfSignatures = Join-Path $root 'signatures'
$all = @()
if (Test-Path -LiteralPath $folderOfSignatures -PathType Container) { $all = @(Get-ChildItem -LiteralPath $folderOfSignatures -Force) }
$signatures = @($all | Where-Object { $_.Name.EndsWith(".$List.sig") })
if ($all.Count -eq 0) { [Console]::Error.WriteLine("NOT SIGNED: $($names.Count) files are as $List says, but nobody vouches for $List."); exit 3 }
if ($signatures.Count -eq 0) { Wrong "there are signatures, but none over $List that openssl could check." }
if ($Key -eq '') { Usage "It is signed. Name the signer's public key to check it." }
$ErrorActionPreference = 'Continue'
foreach ($signature in $signatures) {
  & openssl dgst -sha256 -verify $Key -signature $signature.FullName $listFile 2>&1 | Out-Null
  if ($LASTEXITCODE -eq 0) { Write-Output "VERIFIED: $($names.Count) files, as signed by the owner of $Key ($($signature.Name))."; exit 0 }
}
Wrong "none of its $($signatures.Count) signatures is by the owner of $Key."
`.replaceAll("\n", "\r\n");
