import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useLocale } from "../texts/locale.tsx";
import { ErrorPanel } from "./error-panel.tsx";
import styles from "./query-gate.module.css";

interface QueryGateProps<Data> {
  readonly query: Pick<UseQueryResult<Data>, "data" | "error"> & { refetch(): unknown };
  /** Height kept free while the answer is on its way, so that nothing jumps when it comes. */
  readonly heightPx?: number;
  readonly children: (data: Data) => ReactNode;
}

/** Data when it is there, the error when there is none; in between, room for it and, for whoever waits longer, a word. */
export function QueryGate<Data>({ query, heightPx = 96, children }: QueryGateProps<Data>): ReactNode {
  const { texts } = useLocale();
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null) return <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />;
  return <div className={styles["waiting"]} style={{ minHeight: heightPx }} aria-busy="true">{texts.common.loading}</div>;
}
