import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type * as Electron from "electron";
import type { ChooseRequest } from "../../../shared/schemas/choice.ts";
import { type PageFiles, readPageFiles } from "../page-files.ts";
import { answerPage } from "./answer-page.ts";
import { CONNECT_CHANNEL } from "./channels.ts";
import { confineContents, confineSession } from "./confine-page.ts";
import { menuTemplate } from "./menu-template.ts";
import { isPageUrl, PAGE_SCHEME, PAGE_URL } from "./page-origin.ts";
import { recoverPage } from "./recover-page.ts";
import { shellTexts } from "./shell-texts.ts";
import { LEAST_WINDOW, openingBounds, readWindowState, writeWindowState } from "./window-state.ts";
import { createWorkbenchLink } from "./workbench-link.ts";

/** What of Electron the shell uses; tests put their own in its place. */
export type ElectronParts = Pick<typeof Electron, "app" | "BrowserWindow" | "dialog" | "ipcMain" | "Menu" | "protocol" | "screen" | "session">;

export interface DesktopOptions {
  readonly home: string;
  /** Where the program's files lie, outside any archive. */
  readonly root: string;
  readonly pagesDirectory: string;
  readonly preload: string;
  /** The plain Node that runs the workbench. */
  readonly node: string;
  readonly ticks: () => number;
}

const WORKBENCH_ENTRY = join("main", "hosts", "electron", "workbench-process.ts");

/**
 * What must be said before Electron is ready. Nothing is looked up by name and nothing is fetched in the background: the browser inside would
 * otherwise ask for updates of its components.
 * @returns false when another window of this home is open; it comes to the front
 */
export function prepareDesktop({ app, protocol }: Pick<ElectronParts, "app" | "protocol">, home: string): boolean {
  // One home, one window process: the lock lies with the data.
  const data = join(home, "window");
  mkdirSync(data, { recursive: true });
  app.setPath("userData", data);
  app.enableSandbox();
  for (const name of ["disable-background-networking", "disable-component-update", "disable-domain-reliability", "no-pings"]) app.commandLine.appendSwitch(name);
  app.commandLine.appendSwitch("host-resolver-rules", "MAP * ~NOTFOUND");
  protocol.registerSchemesAsPrivileged([{ scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
  return app.requestSingleInstanceLock();
}

/** Opens the workbench's window, once Electron is ready. @throws server.pagesMissing */
export async function startDesktop(electron: ElectronParts, options: DesktopOptions): Promise<void> {
  const { app, BrowserWindow, dialog, ipcMain, Menu, protocol, screen, session } = electron;
  const texts = shellTexts(app.getPreferredSystemLanguages());
  const pages: PageFiles = await readPageFiles(options.pagesDirectory);
  const stateFile = join(app.getPath("userData"), "window.json");
  const windows = new Set<Electron.BrowserWindow>();
  const allowDevtools = !app.isPackaged;

  app.on("web-contents-created", (_event, contents) => confineContents(contents));
  confineSession(session.defaultSession, { allowDevtools });
  protocol.handle(PAGE_SCHEME, (request) => answerPage(pages, request));

  const link = createWorkbenchLink<Electron.BrowserWindow>({
    // Not by fork, which Electron replaces by one of its own, for its own binary.
    start: () => spawn(options.node, [join(options.root, WORKBENCH_ENTRY), options.home], { cwd: options.root, stdio: ["ignore", "pipe", "pipe", "ipc"], windowsHide: true }),
    choose: (window, request) => chooseWith(dialog, window, request, texts.choose),
    onRestart: () => {
      for (const window of windows) window.webContents.reload();
    },
    onGivenUp: (log) => {
      void dialog.showMessageBox({ type: "error", message: texts.workbenchFell, detail: `${texts.jobsGoOn}\n\n${log.trim()}`, buttons: [texts.tryAgain, texts.quit], defaultId: 0, cancelId: 1 })
        .then(({ response }) => (response === 0 ? link.restart() : app.quit()));
    },
    ticks: options.ticks,
  });

  ipcMain.on(CONNECT_CHANNEL, (event) => {
    const window = [...windows].find((open) => open.webContents === event.sender);
    const [port, ...others] = event.ports;
    const isOurs = window !== undefined && event.senderFrame !== null && event.senderFrame === event.sender.mainFrame && isPageUrl(event.senderFrame.url);
    if (isOurs && port !== undefined && others.length === 0) return link.connect(port, window);
    for (const refused of event.ports) refused.close();
  });

  const open = async (): Promise<void> => {
    const { bounds, isMaximized } = openingBounds(windows.size === 0 ? await readWindowState(stateFile) : null, screen.getAllDisplays().map((display) => display.workArea));
    const window = new BrowserWindow({
      ...bounds, minWidth: LEAST_WINDOW.width, minHeight: LEAST_WINDOW.height, show: false, title: "Sallyport",
      webPreferences: {
        preload: options.preload, sandbox: true, contextIsolation: true, nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false, webSecurity: true, webviewTag: false,
        navigateOnDragDrop: false, spellcheck: false, devTools: allowDevtools,
      },
    });
    windows.add(window);
    if (isMaximized) window.maximize();
    window.once("ready-to-show", () => window.show());
    window.on("close", () => void writeWindowState(stateFile, { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() }));
    window.on("closed", () => windows.delete(window));
    recoverPage(window, { dialog, texts, quit: () => app.quit(), ticks: options.ticks });
    await window.loadURL(PAGE_URL);
  };

  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(texts, { isMac: process.platform === "darwin", allowDevtools, newWindow: () => void open() })));
  app.on("second-instance", () => {
    const [window] = windows;
    if (window === undefined) return void open();
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  app.on("activate", () => {
    if (windows.size === 0) void open();
  });
  app.on("window-all-closed", () => {
    if (process.platform !== "darwin") app.quit();
  });
  let isStopped = false;
  app.on("will-quit", (event) => {
    if (isStopped) return;
    event.preventDefault();
    void link.stop().finally(() => {
      isStopped = true;
      app.quit();
    });
  });
  await open();
}

async function chooseWith(dialog: Pick<Electron.Dialog, "showOpenDialog">, window: Electron.BrowserWindow, { what, title, from }: ChooseRequest, buttonLabel: string): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title, buttonLabel, properties: [what === "folder" ? "openDirectory" : "openFile", "dontAddToRecent"], ...(from === null ? {} : { defaultPath: from }),
  });
  return canceled ? null : (filePaths[0] ?? null);
}
