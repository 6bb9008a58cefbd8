/**
 * The disk, as the stages see it. One adapter speaks to the operating system (main/hosts/node-files.ts); tests put their own in its
 * place to make a disk fill up or a file change underfoot. Paths are absolute. Every failure arrives as a WorkbenchError `files.*`.
 */
export interface FileStatus {
  readonly kind: "file" | "directory" | "link" | "other";
  readonly bytes: number;
  readonly modifiedMs: number;
  /** When data or entry last changed, which no program can set back. */
  readonly changedMs: number;
  readonly inode: number;
  /** Hard links to the same data; above 1 a writer elsewhere can change it. */
  readonly linkCount: number;
}

export interface ReadableFile {
  readonly path: string;
  readonly bytes: number;
  /** Fills `into` from `offset`; throws `files.readFailed` if the file ends before it is full. */
  read(into: Uint8Array, offset: number): Promise<void>;
  close(): Promise<void>;
}

export interface WritableFile {
  readonly path: string;
  write(from: Uint8Array, offset: number): Promise<void>;
  /** Returns when the bytes are on the medium. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface Files {
  /** Names inside a directory, sorted by code unit so that every walk is the same on every machine. */
  list(directory: string): Promise<string[]>;
  /** Of the entry itself: a link is reported as a link. Undefined when there is none. */
  status(path: string): Promise<FileStatus | undefined>;
  /** The path with every link followed. */
  realPath(path: string): Promise<string>;
  open(path: string): Promise<ReadableFile>;
  /** Whole file; refuses one above `limitBytes` before reading it, by `files.readFailed`. */
  readAll(path: string, limitBytes: number): Promise<Uint8Array>;
  /** Opens for random writing, creating the file or keeping what it holds. `bytes` reserves its final length, so a full disk shows at once. */
  openForWriting(path: string, bytes: number): Promise<WritableFile>;
  /** Temporary name in the same directory, fsync, rename, fsync of the directory: the file is whole or absent. */
  writeWhole(path: string, content: Uint8Array): Promise<void>;
  /** The same for a secret: only its owner may read it, from its first byte on. */
  writePrivate(path: string, content: Uint8Array): Promise<void>;
  /** Makes a file that was not there, in one step with every other who tries. @returns false when there is something of this name already */
  createNew(path: string, content: Uint8Array): Promise<boolean>;
  /** Puts a symbolic link in the place of whatever link is there, in one step. @returns false where the file system has none, or its user may make none */
  pointLink(path: string, target: string): Promise<boolean>;
  /** Renames within one file system and syncs both parent directories. */
  rename(from: string, to: string): Promise<void>;
  makeDirectory(path: string): Promise<void>;
  /** Lets everybody run a file, where the file system knows of that; nothing happens where it does not. */
  makeExecutable(path: string): Promise<void>;
  /** Removes a file or a whole directory; no error when there is none. Never follows links. */
  remove(path: string): Promise<void>;
  /** A hard or symbolic link where the file system has them; used by imports in place. */
  linkOrCopy(from: string, to: string, signal?: AbortSignal): Promise<void>;
  /** A hard link and nothing else. @throws files.linkImpossible where there can be none */
  link(from: string, to: string): Promise<void>;
  freeBytes(directory: string): Promise<number>;
}
