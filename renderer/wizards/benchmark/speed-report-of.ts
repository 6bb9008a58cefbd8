import type { Job } from "../../../shared/schemas/job.ts";
import { Report, type SpeedReport } from "../../../shared/schemas/report.ts";
import { recordAt } from "../../job-subject.ts";

/** What a finished speed job measured; null while it has not. */
export function speedReportOf(job: Job): SpeedReport | null {
  if (job.state !== "done") return null;
  const body = Report.safeParse(recordAt(job.result, "report")).data?.body;
  return body?.kind === "speed" ? body : null;
}
