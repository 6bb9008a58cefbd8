import { existsSync } from "node:fs";

/** A real browser: $SALLYPORT_CHROMIUM, or where Debian's package and others put one. undefined: said aloud, and what needs one is skipped. */
export function findChromium(): string | undefined {
  const candidates = [process.env["SALLYPORT_CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome-stable"];
  const found = candidates.find((path) => path !== undefined && path !== "" && existsSync(path));
  if (found === undefined) console.log("No Chromium at $SALLYPORT_CHROMIUM or /usr/bin/chromium: tests in a real browser are skipped.");
  return found;
}
