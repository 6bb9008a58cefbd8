/** Carries a page's port to the window's process: the only thing that crosses between them. */
export const CONNECT_CHANNEL = "sallyport:connect";
