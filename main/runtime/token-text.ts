/** Old configs write a token as text, new ones as { content }; "" where there is none. */
export function tokenText(token: unknown): string {
  if (typeof token === "string") return token;
  if (typeof token === "object" && token !== null && "content" in token && typeof token.content === "string") return token.content;
  return "";
}
