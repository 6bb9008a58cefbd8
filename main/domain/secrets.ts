/** What must not stand in the store, a log or a job's request: kept where only this user may read. */
export interface Secrets {
  /** @returns null where there is none of that name */
  read(name: string): Promise<string | null>;
  write(name: string, secret: string): Promise<void>;
  /** No error when there is none. */
  remove(name: string): Promise<void>;
}
