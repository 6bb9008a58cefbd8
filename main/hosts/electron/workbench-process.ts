import { WorkbenchError } from "../../../shared/errors.ts";
import { composeWorkbench } from "../compose.ts";
import { servePorts } from "./serve-ports.ts";

/* The entry of the workbench's own process, in plain Node: workbench-process.ts HOME */
const [home] = process.argv.slice(2);
if (home === undefined || process.send === undefined) throw new WorkbenchError("usage.invalid", { reason: "the workbench's process is started by the window's, with its home" });

const workbench = await composeWorkbench(home);
const receive = servePorts(workbench, (message) => {
  if (process.connected) process.send?.(message);
});
// oRPC reads a message in a promise that nobody holds: nonsense from one page must not end the work of all.
process.on("unhandledRejection", (reason) => process.stderr.write(`sallyport: ${reason instanceof Error ? reason.message : String(reason)}\n`));
process.on("message", receive);
// The window's process has gone, politely or not: jobs go on, engines end with us.
process.once("disconnect", () => void workbench.close().finally(() => process.exit(0)));
