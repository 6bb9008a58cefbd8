import type { Plugin } from "vite";

/** A letter that no text of ours has: what carries it is one of our texts, made longer. */
export const PADDING = "ŵ";

/**
 * English with every text longer by two fifths, as German or Russian would be, partly in its last word, which no line break helps. Units stay: they are the same in most
 * languages. A build's plugin, so that the product carries nothing of it.
 */
export function padTexts(): Plugin {
  return {
    name: "pad-texts",
    enforce: "pre",
    transform: (code, id) => (id.endsWith("/texts/speech-en.ts") ? `${code.replace("const speech: Speech =", "const plain: Speech =").replace("export const plain", "const plain")}\n${PAD}\nexport const speech: Speech = { ...padded(plain), texts: { ...padded(plain.texts), units: plain.texts.units } };\n` : undefined),
  };
}

const PAD = `
const pad = (text) => {
  if (!/\\p{L}{2}/u.test(text)) return text;
  const more = Math.ceil(text.length * 0.4);
  const joined = Math.min(more, Math.max(2, Math.ceil(text.split(" ").at(-1).length * 0.4)));
  return text + "${PADDING}".repeat(joined) + (more > joined ? " " + ("${PADDING}".repeat(6) + " ").repeat(99).slice(0, more - joined - 1).trimEnd() : "");
};
const padded = (value) => typeof value === "string" ? pad(value) : typeof value === "function" ? (...given) => padded(value(...given)) : Array.isArray(value) ? value.map(padded)
  : value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, padded(one)])) : value;
`;
