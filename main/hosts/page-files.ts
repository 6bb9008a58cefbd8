import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";

/** What `vite build` writes. Anything else in that folder is not ours to serve. */
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
};

export interface PageFile {
  readonly content: Buffer<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
  /** Its name holds a digest of its content: it never changes. */
  readonly isHashed: boolean;
}

/**
 * By the path of their URL ("/assets/index-3f2a.js"), as they were when they were read. The page itself is at "/" and nowhere else: its own addresses
 * stand behind a "#", where no server sees them.
 */
export type PageFiles = ReadonlyMap<string, PageFile>;

/**
 * The built pages, read once: a request is looked up by its path among names that are known, so no path can lead out of the folder, and a build
 * that is replaced meanwhile is never half served.
 * @throws server.pagesMissing
 */
export async function readPageFiles(directory: string): Promise<PageFiles> {
  const files = new Map<string, PageFile>();
  // By hand: Electron's archives do not know every option of readdir.
  const walk = async (folder: string, prefix: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const file = join(folder, entry.name);
      const path = `${prefix}/${entry.name}`;
      const type = TYPES[extname(entry.name)];
      if (entry.isDirectory()) await walk(file, path);
      else if (entry.isFile() && type !== undefined) files.set(path, pageFile(path, type, Buffer.from(await readFile(file))));
    }
  };
  await walk(directory, "").catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== "ENOENT" && thrown.code !== "ENOTDIR") throw thrown;
  });
  const index = files.get("/index.html");
  if (index === undefined) throw new WorkbenchError("server.pagesMissing", { directory });
  files.delete("/index.html");
  return files.set("/", index);
}

function pageFile(path: string, type: string, content: Buffer<ArrayBuffer>): PageFile {
  return { content, type, etag: `"${createHash("sha256").update(content).digest("base64url")}"`, isHashed: path.startsWith("/assets/") };
}
