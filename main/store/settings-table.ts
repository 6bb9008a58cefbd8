import { DEFAULT_SETTINGS, Settings } from "../../shared/schemas/settings.ts";
import type { Database } from "./open-database.ts";
import { checkRow } from "./store-errors.ts";

/** What a person has chosen, one row a choice. */
export class SettingsTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** A choice that this version does not know, or that does not fit it any more, is as if it had not been made. */
  read(): Settings {
    const rows = this.#database.prepare("SELECT name, value FROM settings").all() as { readonly name: string; readonly value: string }[];
    const chosen = new Map(rows.map(({ name, value }) => [name, value]));
    const choices = Object.entries(Settings.shape).flatMap(([name, schema]) => {
      const value = schema.safeParse(parseJson(chosen.get(name)));
      return value.success ? [[name, value.data] as const] : [];
    });
    return { ...DEFAULT_SETTINGS, ...Object.fromEntries(choices) };
  }

  /** Writes what differs, so that nobody is told of a change that is none. */
  write(settings: Settings): void {
    const before = this.read();
    const insert = this.#database.prepare("INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    for (const [name, value] of Object.entries(checkRow(Settings, settings))) {
      if (value !== before[name as keyof Settings]) insert.run(name, JSON.stringify(value));
    }
  }
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
