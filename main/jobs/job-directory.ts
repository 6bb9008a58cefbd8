import path from "node:path";

/** What a job keeps on disk: its log, and a work directory that outlives a crash so that a resume can take up what was done. */
export function jobDirectory(home: string, id: string): { readonly directory: string; readonly log: string; readonly work: string } {
  const directory = path.join(home, "jobs", id);
  return { directory, log: path.join(directory, "job.log"), work: path.join(directory, "work") };
}
