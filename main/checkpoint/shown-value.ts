/** A found value as error details carry it: JSON, so that control characters of a hostile file never reach a terminal, and short. */
export function shownValue(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value.slice(0, 200)) : (JSON.stringify(value) ?? String(value));
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
