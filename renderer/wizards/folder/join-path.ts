/** A name inside a folder of the machine that serves, which may be another system than the browser's: the folder's own writing says which. */
export function joinPath(folder: string, name: string): string {
  const separator = separatorOf(folder);
  return folder.endsWith(separator) ? `${folder}${name}` : `${folder}${separator}${name}`;
}

/** The last part of a path; "" at the top of a drive. */
export function lastPart(path: string): string {
  return path.split(separatorOf(path) === "\\" ? /[\\/]/ : "/").filter((part) => part !== "").at(-1) ?? "";
}

/** Whether a path begins at the top of a drive; the workbench takes no other, for its working folder is not the reader's. */
export function isAbsolutePath(path: string): boolean {
  return path.startsWith("/") || isWindows(path);
}

function separatorOf(path: string): "/" | "\\" {
  return isWindows(path) ? "\\" : "/";
}

function isWindows(path: string): boolean {
  return /^([a-zA-Z]:[\\/]|\\\\)/.test(path);
}

/** The folder a path lies in, whichever separators it has; a drive's top is its own. */
export function parentPath(path: string): string {
  const at = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return at <= 0 ? path.slice(0, 1) : /^[A-Za-z]:$/.test(path.slice(0, at)) ? path.slice(0, at + 1) : path.slice(0, at);
}
