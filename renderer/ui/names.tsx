import type { ReactNode } from "react";
import { shownText } from "../texts/shown-text.ts";
import { CopyButton } from "./copy-button.tsx";
import styles from "./names.module.css";

/** A name or path from elsewhere: never turns the line around, never stretches it. */
export function Name({ children }: { readonly children: string }): ReactNode {
  return <bdi className={styles["name"]} title={children.length > 60 ? shownText(children, 2000) : undefined}>{shownText(children, 160)}</bdi>;
}

/** A sentence in which no isolated name is torn at its hyphens: one that is longer than the line still breaks. */
export function WholeNames({ children }: { readonly children: string }): ReactNode {
  // Every second part stood between a first-strong isolate and its end.
  // biome-ignore lint/suspicious/noArrayIndexKey: a sentence's parts do not change places
  return children.split(/\u2068([^\u2068\u2069]*)\u2069/).map((part, place) => (place % 2 === 0 ? part : <bdi key={place} className={styles["whole"]}>{part}</bdi>));
}

/** An id of the store, copied with one press. */
export function Id({ id }: { readonly id: string }): ReactNode {
  return <span className={styles["id"]}><bdi dir="ltr"><code>{shownText(id, 80)}</code></bdi><CopyButton text={id} what={id} /></span>;
}

/** A digest: its beginning and end tell two apart at a glance, the whole of it is copied. */
export function Digest({ digest, whole = false }: { readonly digest: string; readonly whole?: boolean }): ReactNode {
  const plain = shownText(digest, 160);
  const shown = whole || plain.length <= 24 ? plain : `${plain.slice(0, plain.startsWith("sha256:") ? 19 : 12)}…${plain.slice(-6)}`;
  return <span className={styles["id"]}><bdi dir="ltr" title={plain}><code>{shown}</code></bdi><CopyButton text={digest} what={shown} /></span>;
}

/** A path on the machine of the workbench. */
export function Path({ path }: { readonly path: string }): ReactNode {
  return <span className={styles["id"]}><bdi dir="ltr" title={shownText(path, 4000)}><code>{shownText(path, 300)}</code></bdi><CopyButton text={path} what={shownText(path, 80)} /></span>;
}
