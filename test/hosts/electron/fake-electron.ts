import { EventEmitter } from "node:events";
import type { ElectronParts } from "../../../main/hosts/electron/start-desktop.ts";

type Listener = (...given: never[]) => unknown;

/** A page, as far as the shell touches one. */
export class FakeContents extends EventEmitter {
  readonly mainFrame = { url: "app://sallyport/" };
  reloads = 0;
  windowOpen: Listener | null = null;
  setWindowOpenHandler = (handler: Listener): void => void (this.windowOpen = handler);
  reload = (): void => void this.reloads++;
  forcefullyCrashRenderer = (): void => void this.emit("render-process-gone", {}, { reason: "killed" });
}

export class FakeWindow extends EventEmitter {
  readonly webContents = new FakeContents();
  readonly calls: string[] = [];
  url = "";
  readonly options: Record<string, unknown>;
  constructor(options: Record<string, unknown>) {
    super();
    this.options = options;
  }
  loadURL = async (url: string): Promise<void> => void (this.url = url);
  show = (): void => void this.calls.push("show");
  maximize = (): void => void this.calls.push("maximize");
  restore = (): void => void this.calls.push("restore");
  focus = (): void => void this.calls.push("focus");
  isMinimized = (): boolean => true;
  isMaximized = (): boolean => true;
  isDestroyed = (): boolean => false;
  getNormalBounds = () => ({ x: 10, y: 20, width: 1300, height: 900 });
}

export interface FakeElectron {
  readonly parts: ElectronParts;
  readonly app: EventEmitter & { quits: number; switches: [string, string | undefined][] };
  readonly windows: FakeWindow[];
  readonly ipc: EventEmitter;
  /** Answers that the dialogs give, in turn; 0 when none is left. */
  readonly responses: number[];
  readonly asked: Record<string, unknown>[];
  readonly session: EventEmitter & Record<string, unknown>;
  readonly schemes: unknown[];
  serve: (request: Request) => Response;
  permission: { request: Listener; check: Listener; device: Listener };
  beforeRequest: (details: { url: string }, answer: (response: { cancel?: boolean }) => void) => void;
  menu: { label?: string; role?: string; submenu?: unknown[] }[];
}

/** Electron's parts with nothing behind them but a record of what was asked. */
export function fakeElectron(options: { readonly isPackaged?: boolean; readonly lock?: boolean } = {}): FakeElectron {
  const paths = new Map<string, string>();
  const windows: FakeWindow[] = [];
  const responses: number[] = [];
  const asked: Record<string, unknown>[] = [];
  const schemes: unknown[] = [];
  const app = Object.assign(new EventEmitter(), {
    quits: 0, switches: [] as [string, string | undefined][], isPackaged: options.isPackaged ?? true, setPath: (name: string, value: string) => paths.set(name, value), getPath: (name: string) => paths.get(name),
    enableSandbox: () => app.switches.push(["sandbox", undefined]), commandLine: { appendSwitch: (name: string, value?: string) => app.switches.push([name, value]) },
    requestSingleInstanceLock: () => options.lock ?? true, getPreferredSystemLanguages: () => ["en-GB"],
    quit: () => {
      app.quits++;
      app.emit("will-quit", { preventDefault: () => {} });
    },
  });
  const fake = {
    app, windows, responses, asked, schemes, ipc: new EventEmitter(), menu: [],
    session: Object.assign(new EventEmitter(), {
      setPermissionRequestHandler: (request: Listener) => (fake.permission.request = request), setPermissionCheckHandler: (check: Listener) => (fake.permission.check = check), setDevicePermissionHandler: (device: Listener) => (fake.permission.device = device),
      setSpellCheckerEnabled: (isOn: boolean) => (fake.session["spelling"] = isOn), setProxy: async (proxy: unknown) => (fake.session["proxy"] = proxy), webRequest: { onBeforeRequest: (listener: FakeElectron["beforeRequest"]) => (fake.beforeRequest = listener) },
    }),
    permission: {} as FakeElectron["permission"],
    serve: () => new Response(), beforeRequest: () => {},
  } as unknown as FakeElectron & { parts: unknown };
  class BrowserWindow extends FakeWindow {
    constructor(given: Record<string, unknown>) {
      super(given);
      windows.push(this);
      app.emit("web-contents-created", {}, this.webContents);
    }
  }
  const show = async (...given: unknown[]) => {
    asked.push(given.at(-1) as Record<string, unknown>);
    return { response: responses.shift() ?? 0 };
  };
  const showOpen = async (_window: unknown, given: Record<string, unknown>) => {
    asked.push(given);
    return { canceled: given["title"] === "none", filePaths: ["/models/one"] };
  };
  (fake as { parts: unknown }).parts = {
    app, BrowserWindow, ipcMain: fake.ipc,
    dialog: { showMessageBox: show, showOpenDialog: showOpen },
    Menu: { buildFromTemplate: (template: FakeElectron["menu"]) => template, setApplicationMenu: (template: FakeElectron["menu"]) => (fake.menu = template) },
    protocol: { registerSchemesAsPrivileged: (given: unknown[]) => schemes.push(...given), handle: (_scheme: string, handler: FakeElectron["serve"]) => (fake.serve = handler) },
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1040 } }] },
    session: { defaultSession: fake.session },
  };
  return fake;
}
