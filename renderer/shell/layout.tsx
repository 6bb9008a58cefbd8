import { Outlet, useRouterState } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { useLiveUpdates } from "../live-updates.ts";
import { useLocale } from "../texts/locale.tsx";
import { CommandPalette } from "./command-palette.tsx";
import { ConnectionNotice } from "./connection-notice.tsx";
import styles from "./layout.module.css";
import { Rail } from "./rail.tsx";
import { StatusStrip } from "./status-strip.tsx";

/** Rail, page, status strip: three places that never move. */
export function Layout(): ReactNode {
  const { texts } = useLocale();
  const connection = useLiveUpdates();
  const content = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const shown = useRef(path);

  // After a change of page the keyboard goes on from the page's beginning, as after following a link anywhere.
  useEffect(() => {
    if (shown.current === path) return;
    shown.current = path;
    content.current?.focus({ preventScroll: true });
    content.current?.scrollTo({ top: 0 });
  }, [path]);

  return (
    <div className={styles["layout"]}>
      {/* The address holds the page, so a plain anchor would leave it. */}
      <button type="button" className={styles["skip"]} onClick={() => content.current?.focus()}>{texts.common.skipToContent}</button>
      <Rail />
      <main className={styles["content"]} ref={content} tabIndex={-1}>
        {connection !== "live" && <ConnectionNotice state={connection} />}
        <Outlet />
      </main>
      <StatusStrip connection={connection} />
      <CommandPalette />
    </div>
  );
}
