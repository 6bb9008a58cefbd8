import { audit } from "./audit.ts";
import { benchmark } from "./benchmark.ts";
import { bundle } from "./bundle.ts";
import { desktop } from "./desktop.ts";
import { egress } from "./egress.ts";
import { engine } from "./engine.ts";
import { evaluate } from "./evaluate.ts";
import { events } from "./events.ts";
import { files } from "./files.ts";
import { implementer } from "./implementer.ts";
import { job } from "./job.ts";
import { machine } from "./machine.ts";
import { model } from "./model.ts";
import { parity } from "./parity.ts";
import { plan } from "./plan.ts";
import { quantize } from "./quantize.ts";
import { report } from "./report.ts";
import { run } from "./run.ts";
import { sample } from "./sample.ts";
import { settings } from "./settings.ts";
import { trust } from "./trust.ts";
import { vote } from "./vote.ts";

/** The whole contract with its handlers. Every host serves this one router. */
export const router = implementer.router({ model, plan, machine, quantize, run, engine, vote, parity, benchmark, evaluate, report, bundle, egress, trust, job, audit, files, events, sample, settings, desktop });
