import { createHashHistory, createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { HomePage } from "./views/home/home-page.tsx";
import { Layout } from "./shell/layout.tsx";
import { NotFound } from "./shell/not-found.tsx";

const root = createRootRoute({ component: Layout, notFoundComponent: NotFound });

/** Home is in the first load; every other page comes when it is opened. Addresses stand behind the "#", so that any server of files, and Electron's protocol, can serve them. */
const routes = root.addChildren([
  createRoute({ getParentRoute: () => root, path: "/", component: HomePage }),
  createRoute({ getParentRoute: () => root, path: "/machine", component: lazyRouteComponent(() => import("./views/machine/machine-page.tsx"), "MachinePage") }),
  createRoute({ getParentRoute: () => root, path: "/models", component: lazyRouteComponent(() => import("./views/models/models-page.tsx"), "ModelsPage") }),
  createRoute({ getParentRoute: () => root, path: "/models/$id", component: lazyRouteComponent(() => import("./views/model/model-page.tsx"), "ModelPage") }),
  createRoute({ getParentRoute: () => root, path: "/playground", component: lazyRouteComponent(() => import("./views/playground/playground-page.tsx"), "PlaygroundPage") }),
  createRoute({ getParentRoute: () => root, path: "/reports", component: lazyRouteComponent(() => import("./views/reports/reports-page.tsx"), "ReportsPage") }),
  createRoute({ getParentRoute: () => root, path: "/reports/$id", component: lazyRouteComponent(() => import("./views/reports/reports-page.tsx"), "ReportsPage") }),
  createRoute({ getParentRoute: () => root, path: "/bundles", component: lazyRouteComponent(() => import("./views/bundles/bundles-page.tsx"), "BundlesPage") }),
  createRoute({ getParentRoute: () => root, path: "/bundles/$id", component: lazyRouteComponent(() => import("./views/bundles/bundles-page.tsx"), "BundlesPage") }),
  createRoute({ getParentRoute: () => root, path: "/jobs", component: lazyRouteComponent(() => import("./views/jobs/jobs-page.tsx"), "JobsPage") }),
  createRoute({ getParentRoute: () => root, path: "/jobs/$id", component: lazyRouteComponent(() => import("./views/jobs/jobs-page.tsx"), "JobsPage") }),
  createRoute({ getParentRoute: () => root, path: "/audit", component: lazyRouteComponent(() => import("./views/audit/audit-page.tsx"), "AuditPage") }),
  createRoute({ getParentRoute: () => root, path: "/settings", component: lazyRouteComponent(() => import("./views/settings/settings-page.tsx"), "SettingsPage") }),
  createRoute({ getParentRoute: () => root, path: "/import", component: lazyRouteComponent(() => import("./wizards/import/import-wizard.tsx"), "ImportWizard") }),
  createRoute({ getParentRoute: () => root, path: "/quantize", component: lazyRouteComponent(() => import("./wizards/quantize/quantize-wizard.tsx"), "QuantizeWizard") }),
  createRoute({ getParentRoute: () => root, path: "/benchmark", component: lazyRouteComponent(() => import("./wizards/benchmark/benchmark-wizard.tsx"), "BenchmarkWizard") }),
  createRoute({ getParentRoute: () => root, path: "/export", component: lazyRouteComponent(() => import("./wizards/export/export-wizard.tsx"), "ExportWizard") }),
]);

export const router = createRouter({ routeTree: routes, history: createHashHistory(), defaultPreload: "intent", scrollRestoration: false });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
