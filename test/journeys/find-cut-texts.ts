import type { Page } from "playwright-core";
import { PADDING } from "./pad-texts.ts";

/** Texts of ours that are cut, lie outside of the window, or lie upon another text. What the reader can scroll to is not cut; names and digests from elsewhere may end in an ellipsis. */
export function findCutTexts(page: Page): Promise<string[]> {
  return page.evaluate(SCRIPT);
}

/** As text: it runs in the page, whose names this side does not know. */
const SCRIPT = `(() => {
  const found = [];
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (parent === null || node.data.trim() === "" || !parent.checkVisibility({ visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    let rects = [...range.getClientRects()].filter(({ width, height }) => width > 1 && height > 1);
    const isOurs = node.data.includes("${PADDING}");
    let floats = false;
    for (let box = parent; box !== null && rects.length > 0; box = box.parentElement) {
      const style = getComputedStyle(box);
      const around = box.getBoundingClientRect();
      if (style.clipPath !== "none" || (around.width <= 1 && around.height <= 1)) rects = [];
      if (style.position === "sticky" || style.position === "fixed") floats = true;
      const scrolls = /auto|scroll/.test(style.overflowX + " " + style.overflowY);
      if (!scrolls && !/hidden|clip/.test(style.overflowX + " " + style.overflowY)) continue;
      if (isOurs && !scrolls && rects.some(({ left, right }) => left < around.left - 1 || right > around.right + 1)) found.push("cut sideways: " + node.data.slice(0, 80));
      if (isOurs && !scrolls && rects.some(({ top, bottom }) => top < around.top - 2 || bottom > around.bottom + 2)) found.push("cut in height: " + node.data.slice(0, 80));
      // What is left to see.
      rects = rects.map(({ left, right, top, bottom }) => ({ left: Math.max(left, around.left), right: Math.min(right, around.right), top: Math.max(top, around.top), bottom: Math.min(bottom, around.bottom) })).filter(({ left, right, top, bottom }) => right - left > 1 && bottom - top > 1);
    }
    if (isOurs && rects.some(({ left, right }) => left < -1 || right > innerWidth + 1)) found.push("outside of the window: " + node.data.slice(0, 80));
    if (rects.length > 0) texts.push({ node, rects, floats });
  }
  for (const [at, one] of texts.entries()) {
    for (const other of texts.slice(at + 1)) {
      if (one.floats || other.floats) continue;
      const meet = one.rects.some((a) => other.rects.some((b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4));
      if (meet) found.push("upon each other: " + one.node.data.slice(0, 60) + " | " + other.node.data.slice(0, 60));
    }
  }
  return [...new Set(found)];
})()`;
