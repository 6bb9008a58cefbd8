import { createHash } from "node:crypto";

/** The one style that stands in a page itself: of the notices, which need no file (web/notice-page.ts). */
export const NOTICE_STYLE = ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-inline-size:40rem;margin:15vh auto;padding:0 1.5rem}h1{font-size:1.4rem}";

/**
 * What a page of the workbench may do, in a browser and in the window alike. Nothing from elsewhere, no inline script, no style but ours, no frame, no form.
 * Sizes that the component library counts are set by script, element by element, which is not what this refuses.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'", "script-src 'self'", `style-src 'self' 'sha256-${createHash("sha256").update(NOTICE_STYLE).digest("base64")}'`, "img-src 'self' data: blob:", "font-src 'self'", "connect-src 'self'", "worker-src 'self'",
  "manifest-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join("; ");

/** On every answer, pages or not. */
export const PAGE_HEADERS = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()",
} as const;
