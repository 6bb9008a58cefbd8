/** Stops a document that fills memory: the longest honest one (16 GPUs, all clocks) has about 40,000 elements. */
const ELEMENT_LIMIT = 400_000;
/** Honest depth is 6; deeper ones are not descended into, so that nothing recurses with a hostile document. */
const DEPTH_LIMIT = 32;

export interface XmlElement {
  readonly name: string;
  readonly attributes: string;
  readonly children: XmlElement[];
  text: string;
  /** Its end was seen; a leaf without it may hold half a value. */
  isClosed: boolean;
}

const ENTITIES: Readonly<Record<string, string>> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&" };
const TAG = /<(\/?)([A-Za-z_][\w.-]*)([^<>]*?)(\/?)>/y;

/**
 * The elements of a document as nvidia-smi writes it: elements, text, one attribute. Not a library's: those refuse a document that was cut or has messages before
 * it, and of exactly those we want what is there; and no declaration is looked at, so no entity can be defined or fetched.
 * @returns the outermost elements, unclosed ones where the document ends early
 */
export function xmlElements(document: string): readonly XmlElement[] {
  const root: XmlElement = { name: "", attributes: "", children: [], text: "", isClosed: false };
  const open: XmlElement[] = [root];
  let count = 0;
  for (let at = 0; at < document.length && count <= ELEMENT_LIMIT; ) {
    const parent = open.at(-1) ?? root;
    const next = document.indexOf("<", at);
    if (next !== at) {
      parent.text += unescaped(document.slice(at, next < 0 ? undefined : next));
      at = next < 0 ? document.length : next;
      continue;
    }
    const passedOver = document.startsWith("<!--", at) ? "-->" : /[!?]/.test(document[at + 1] ?? "") ? ">" : null;
    if (passedOver !== null) {
      const end = document.indexOf(passedOver, at);
      at = end < 0 ? document.length : end + passedOver.length;
      continue;
    }
    TAG.lastIndex = at;
    const [token, slash, name = "", attributes = "", isEmpty] = TAG.exec(document) ?? [];
    at += token?.length ?? 1;
    if (token === undefined) continue;
    if (slash === "/") {
      // The nearest element of that name is closed, and with it what it holds; an end without a beginning is passed over.
      const begin = open.findLastIndex((each) => each.name === name);
      if (begin > 0) for (const each of open.splice(begin)) each.isClosed = each.name === name;
      continue;
    }
    count++;
    const element: XmlElement = { name, attributes, children: [], text: "", isClosed: isEmpty === "/" };
    parent.children.push(element);
    if (isEmpty !== "/" && open.length < DEPTH_LIMIT) open.push(element);
  }
  return root.children;
}

function unescaped(text: string): string {
  return text.replace(/&(?:lt|gt|quot|apos|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}

/** The text at a path of names, where every element on it was closed or at least the last one was. */
export function textAt(element: XmlElement | undefined, ...path: readonly string[]): string | undefined {
  const leaf = childAt(element, ...path);
  return leaf?.isClosed ? leaf.text.trim() : undefined;
}

export function childAt(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>((at, name) => at?.children.find((child) => child.name === name), element);
}
