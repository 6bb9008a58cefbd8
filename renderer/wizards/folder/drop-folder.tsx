import { type DragEvent, type ReactNode, useEffect, useState } from "react";
import { useLocale } from "../../texts/locale.tsx";
import styles from "./folder-browser.module.css";
import { isAbsolutePath } from "./join-path.ts";

/** What Electron's preload tells the page of files dropped on the window, which a page cannot see by itself (main/hosts/electron/preload.ts). */
const DROPPED = "sallyport:dropped";

/** A folder dropped on a step: its path in Electron's window; in a browser a path dropped as text, for a browser keeps to itself where a dropped file lies. */
export function DropFolder({ onFolder, children }: { readonly onFolder: (path: string) => void; readonly children: ReactNode }): ReactNode {
  const { wizards: { folder: words } } = useLocale();
  const [isOver, setOver] = useState(false);
  const [isHidden, setHidden] = useState(false);
  useEffect(() => {
    const onMessage = ({ source, data }: MessageEvent<unknown>): void => {
      const path = source === window ? droppedPath(data) : null;
      if (path !== null) onFolder(path);
    };
    window.addEventListener("message", onMessage);
    return () => window.removeEventListener("message", onMessage);
  }, [onFolder]);
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const path = pathIn(event.dataTransfer.getData("text/uri-list")) ?? pathIn(event.dataTransfer.getData("text/plain"));
    if (path !== null) onFolder(path);
    setHidden(path === null && event.dataTransfer.files.length > 0 && !("sallyport" in globalThis));
  };
  const onDragOver = (event: DragEvent): void => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <div role="group" aria-label={words.drop} className={styles["drop"]} data-over={isOver} onDragOver={onDragOver} onDragLeave={() => setOver(false)} onDrop={onDrop}>
      {children}
      <p className={styles["left"]} role="status">{isHidden ? words.dropHidden : words.drop}</p>
    </div>
  );
}

function droppedPath(data: unknown): string | null {
  if (typeof data !== "object" || data === null || !("kind" in data) || data.kind !== DROPPED || !("paths" in data) || !Array.isArray(data.paths)) return null;
  const [first] = data.paths as unknown[];
  return typeof first === "string" && isAbsolutePath(first) ? first : null;
}

/** The first line that is a path, or the address of a file. */
function pathIn(text: string): string | null {
  const [line = ""] = text.split(/\r?\n/).filter((one) => one !== "" && !one.startsWith("#"));
  if (isAbsolutePath(line.trim())) return line.trim();
  if (!line.startsWith("file:///")) return null;
  try {
    const path = decodeURIComponent(new URL(line.trim()).pathname);
    return /^\/[A-Za-z]:/.test(path) ? path.slice(1) : path;
  } catch {
    return null;
  }
}
