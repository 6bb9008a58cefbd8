/** The pages' own scheme: neither file:, which reaches every file, nor http:, which others could answer. */
export const PAGE_SCHEME = "app";
const PAGE_HOST = "sallyport";
export const PAGE_URL = `${PAGE_SCHEME}://${PAGE_HOST}/`;

/** Whether an address is one of our own pages or files. */
export function isPageUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username, password } = new URL(url);
  return protocol === `${PAGE_SCHEME}:` && host === PAGE_HOST && username === "" && password === "";
}
