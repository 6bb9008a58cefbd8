import Sqlite from "better-sqlite3";
import { ZodError, type z } from "zod";
import { WorkbenchError } from "../../shared/errors.ts";

/** What SQLite or a row that cannot be read threw, as the workbench's own error. Anything else passes through. */
export function toStoreError(thrown: unknown, file: string): unknown {
  if (thrown instanceof ZodError || thrown instanceof SyntaxError) {
    return new WorkbenchError("files.readFailed", { file, reason: `a row of it does not hold what it should: ${thrown.message.replaceAll(/\s+/g, " ").slice(0, 500)}` }, { cause: thrown });
  }
  if (!(thrown instanceof Sqlite.SqliteError)) return thrown;
  const { code, message } = thrown;
  if (code.startsWith("SQLITE_BUSY")) return new WorkbenchError("store.locked", { file }, { cause: thrown });
  if (code === "SQLITE_FULL") return new WorkbenchError("files.noSpace", { file, neededBytes: null, freeBytes: null }, { cause: thrown });
  if (code === "SQLITE_PERM" || code.startsWith("SQLITE_READONLY")) return new WorkbenchError("files.notPermitted", { file, operation: "write" }, { cause: thrown });
  return new WorkbenchError("files.readFailed", { file, reason: `${code}: ${message}` }, { cause: thrown });
}

/**
 * The same table, whose methods throw only WorkbenchErrors: a disk that fills up or a page that rots shows in the middle of a query, long after
 * the file was opened.
 */
export function withStoreErrors<T extends object>(table: T, file: string): T {
  return new Proxy(table, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== "function") return member;
      // Bound to the table itself: private fields are not reached through a proxy.
      return (...parameters: unknown[]): unknown => {
        try {
          return Reflect.apply(member, target, parameters);
        } catch (thrown) {
          throw toStoreError(thrown, file);
        }
      };
    },
  });
}

/**
 * A value on its way in, held to the schema it will be read with: one NaN written as null would make every later listing fail.
 * @throws internal.unexpected, at the one who brought it
 */
export function checkRow<T>(schema: z.ZodType<T>, value: T): T {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  throw new WorkbenchError("internal.unexpected", { reason: `not fit for the store: ${checked.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ").slice(0, 500)}` }, { cause: checked.error });
}
