import type { ReactNode } from "react";
import type { ConnectionState } from "../live-updates.ts";
import { useLocale } from "../texts/locale.tsx";
import styles from "./connection-notice.module.css";

/** Above whatever page is open: what it shows is as it was, and how it comes to be true again. */
export function ConnectionNotice({ state }: { readonly state: Exclude<ConnectionState, "live"> }): ReactNode {
  const { texts } = useLocale();
  const { what, next } = texts[state];
  return <p role="alert" className={styles["notice"]}><strong>{what}</strong> {next}</p>;
}
