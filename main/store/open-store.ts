import type { Clock } from "../domain/clock.ts";
import { AuditChain } from "./audit-chain.ts";
import { BundleTable } from "./bundle-table.ts";
import { ChangeCounters } from "./change-counters.ts";
import { EngineTable } from "./engine-table.ts";
import { JobTable } from "./job-table.ts";
import { ModelTable } from "./model-table.ts";
import { openDatabase } from "./open-database.ts";
import { PlanCheckTable } from "./plan-check-table.ts";
import { ReportTable } from "./report-table.ts";
import { SettingsTable } from "./settings-table.ts";
import { SiteTable } from "./site-table.ts";
import { withStoreErrors } from "./store-errors.ts";
import { VoteTable } from "./vote-table.ts";

/** All that is remembered. Models and bundles can be rebuilt from what lies on disk; reports, checked plans, named engines, votes and the audit cannot. */
export interface Store {
  readonly models: ModelTable;
  readonly jobs: JobTable;
  readonly reports: ReportTable;
  readonly planChecks: PlanCheckTable;
  readonly bundles: BundleTable;
  readonly audit: AuditChain;
  readonly settings: SettingsTable;
  readonly engines: EngineTable;
  readonly votes: VoteTable;
  readonly sites: SiteTable;
  readonly changes: ChangeCounters;
  close(): void;
}

/** @param actor who the audit says is acting  @throws store.newerSchema, store.locked, files.readFailed, files.notPermitted, files.noSpace */
export function openStore(file: string, clock: Clock, actor: string): Store {
  const database = openDatabase(file);
  return {
    models: withStoreErrors(new ModelTable(database), file),
    jobs: withStoreErrors(new JobTable(database, clock), file),
    reports: withStoreErrors(new ReportTable(database), file),
    planChecks: withStoreErrors(new PlanCheckTable(database), file),
    bundles: withStoreErrors(new BundleTable(database), file),
    audit: withStoreErrors(new AuditChain(database, clock, actor), file),
    settings: withStoreErrors(new SettingsTable(database), file),
    engines: withStoreErrors(new EngineTable(database), file),
    votes: withStoreErrors(new VoteTable(database), file),
    sites: withStoreErrors(new SiteTable(database), file),
    changes: withStoreErrors(new ChangeCounters(database), file),
    close: () => void database.close(),
  };
}
