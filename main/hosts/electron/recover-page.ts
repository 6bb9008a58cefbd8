import type { BrowserWindow, Dialog } from "electron";
import type { ShellTexts } from "./shell-texts.ts";

/** A page that falls again at once would fall for ever. */
const RELOADS = { most: 3, withinMs: 60_000 } as const;

export interface RecoverOptions {
  readonly dialog: Pick<Dialog, "showMessageBox">;
  readonly texts: ShellTexts;
  readonly quit: () => void;
  /** Monotonic milliseconds. */
  readonly ticks: () => number;
}

/** A page that fell is loaded again; nothing is lost, for jobs are processes of their own and the page keeps nothing. */
export function recoverPage(window: BrowserWindow, { dialog, texts, quit, ticks }: RecoverOptions): void {
  const reloads: number[] = [];
  const reload = (): void => {
    if (!window.isDestroyed()) window.webContents.reload();
  };
  const ask = async (message: string, other: string): Promise<boolean> => {
    const { response } = await dialog.showMessageBox(window, { type: "warning", message, detail: texts.jobsGoOn, buttons: [texts.reload, other], defaultId: 0, cancelId: 1 });
    return response === 0;
  };
  window.webContents.on("render-process-gone", (_event, { reason }) => {
    if (reason === "clean-exit") return;
    const now = ticks();
    reloads.push(now);
    if (reloads.filter((at) => now - at < RELOADS.withinMs).length <= RELOADS.most) return reload();
    void ask(texts.pageFell, texts.quit).then((again) => {
      if (!again) return quit();
      reloads.length = 0;
      reload();
    });
  });
  let isAsking = false;
  window.on("unresponsive", () => {
    if (isAsking) return;
    isAsking = true;
    void ask(texts.pageStuck, texts.wait).then((again) => {
      isAsking = false;
      // A stuck page does not reload by itself: its process must go first; its end is then seen above.
      if (again && !window.isDestroyed()) window.webContents.forcefullyCrashRenderer();
    });
  });
}
