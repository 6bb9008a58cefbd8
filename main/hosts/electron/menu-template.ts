import type { MenuItemConstructorOptions } from "electron";
import type { ShellTexts } from "./shell-texts.ts";

export interface MenuOptions {
  readonly isMac: boolean;
  readonly allowDevtools: boolean;
  readonly newWindow: () => void;
}

/** What every program's menu has; the workbench's own commands are in its palette. */
export function menuTemplate(texts: ShellTexts, { isMac, allowDevtools, newWindow }: MenuOptions): MenuItemConstructorOptions[] {
  return [
    ...(isMac ? [{ role: "appMenu" as const }] : []),
    { label: texts.file, submenu: [{ label: texts.newWindow, accelerator: "CommandOrControl+N", click: newWindow }, { type: "separator" }, isMac ? { role: "close" } : { role: "quit", label: texts.quit }] },
    { label: texts.edit, role: "editMenu" },
    {
      label: texts.view,
      submenu: [
        { role: "reload", label: texts.reload }, { type: "separator" }, { role: "resetZoom" }, { role: "zoomIn" }, { role: "zoomOut" }, { type: "separator" }, { role: "togglefullscreen" },
        ...(allowDevtools ? [{ role: "toggleDevTools" as const }] : []),
      ],
    },
    { label: texts.window, role: "windowMenu" },
  ];
}
