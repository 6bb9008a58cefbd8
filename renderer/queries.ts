import { keepPreviousData, type QueryClient, useInfiniteQuery, type UseInfiniteQueryResult, useMutation, type UseMutationResult, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import type { BundleContents, Bundle } from "../shared/schemas/bundle.ts";
import type { ModelInspection } from "../shared/contract.ts";
import type { AuditEntry, AuditVerification } from "../shared/schemas/audit.ts";
import type { PairSummary } from "../shared/schemas/comparison.ts";
import type { RemoteEngine } from "../shared/schemas/engine.ts";
import type { Job } from "../shared/schemas/job.ts";
import type { Machine } from "../shared/schemas/machine.ts";
import type { Model } from "../shared/schemas/model.ts";
import type { ChatPreview, ChatPreviewRequest, Licence } from "../shared/schemas/model-papers.ts";
import type { Recipe } from "../shared/schemas/recipe.ts";
import type { Report } from "../shared/schemas/report.ts";
import type { Sample } from "../shared/schemas/sample.ts";
import type { Settings } from "../shared/schemas/settings.ts";
import type { Site } from "../shared/schemas/site.ts";
import type { Client } from "./client.ts";
import { useClient } from "./client-context.ts";

/** First parts of the keys: what a change of the store makes stale. */
export const SUBJECTS = { models: "models", jobs: "jobs", reports: "reports", bundles: "bundles", audit: "audit", settings: "settings", engines: "engines", votes: "votes", machine: "machine", recipes: "recipes", sample: "sample", sites: "sites" } as const;

/** Entries of the audit that come at once; those before them come when they are scrolled to. */
const AUDIT_WINDOW = 500;
/** A model has few: its import, what was made of it, its removal. */
const AUDIT_OF_ONE = 200;

export function useModels(): UseQueryResult<Model[]> {
  const client = useClient();
  return useQuery({ queryKey: [SUBJECTS.models], queryFn: ({ signal }) => client.model.list(undefined, { signal }) });
}

export function useInspection(reference: string): UseQueryResult<ModelInspection> {
  const client = useClient();
  return useQuery({ queryKey: [SUBJECTS.models, "inspect", reference], queryFn: ({ signal }) => client.model.inspect({ model: reference }, { signal }), enabled: reference !== "" });
}

export function useChatPreview(model: string, messages: ChatPreviewRequest["messages"]): UseQueryResult<ChatPreview | null> {
  const client = useClient();
  return useQuery({ queryKey: [SUBJECTS.models, "chat", model, messages], queryFn: ({ signal }) => client.model.previewChat({ model, messages }, { signal }), placeholderData: keepPreviousData });
}

export function useLicences(model: string): UseQueryResult<Licence[]> {
  const client = useClient();
  return useQuery({ queryKey: [SUBJECTS.models, "licences", model], queryFn: ({ signal }) => client.model.licences({ model }, { signal }) });
}

export function useJobs(): UseQueryResult<Job[]> {
  const client = useClient();
  return useQuery({ queryKey: [SUBJECTS.jobs], queryFn: ({ signal }) => client.job.list(undefined, { signal }) });
}

export function useReports(): UseQueryResult<Report[]> {
  const client = useClient();
  return useQuery({ queryKey: [SUBJECTS.reports], queryFn: ({ signal }) => client.report.list({}, { signal }) });
}

export function useBundles(): UseQueryResult<Bundle[]> {
  const client = useClient();
  return useQuery({ queryKey: [SUBJECTS.bundles], queryFn: ({ signal }) => client.bundle.list(undefined, { signal }) });
}

export function useBundleContents(bundle: string): UseQueryResult<BundleContents> {
  const client = useClient();
  return useQuery({ queryKey: [SUBJECTS.bundles, "inspect", bundle], queryFn: ({ signal }) => client.bundle.inspect({ bundle }, { signal }) });
}

export function useRecipes(): UseQueryResult<Recipe[]> {
  const client = useClient();
  return useQuery({ queryKey: [SUBJECTS.recipes], queryFn: ({ signal }) => client.quantize.presets(undefined, { signal }), staleTime: Number.POSITIVE_INFINITY });
}

/** The newest first, a window at a time. */
export function useAudit(matching: string): UseInfiniteQueryResult<AuditEntry[]> {
  const client = useClient();
  return useInfiniteQuery({
    queryKey: [SUBJECTS.audit, "list", matching], placeholderData: keepPreviousData, initialPageParam: null as number | null,
    queryFn: ({ signal, pageParam }) => client.audit.list({ limit: AUDIT_WINDOW, ...(pageParam === null ? {} : { before: pageParam }), ...(matching === "" ? {} : { matching }) }, { signal }),
    getNextPageParam: (last) => (last.length < AUDIT_WINDOW ? undefined : last[0]?.id),
    select: ({ pages }) => pages.flatMap((page) => page.toReversed()),
  });
}

/** How many entries there are in all: they are numbered from one without a gap. */
export function useAuditCount(): UseQueryResult<number> {
  const client = useClient();
  return useQuery({ queryKey: [SUBJECTS.audit, "count"], queryFn: async ({ signal }) => (await client.audit.list({ limit: 1 }, { signal }))[0]?.id ?? 0 });
}

/** What was done to the digests and ids named, the newest first. */
export function useAuditOf(about: readonly string[]): UseQueryResult<AuditEntry[]> {
  const client = useClient();
  return useQuery({ queryKey: [SUBJECTS.audit, "about", about], queryFn: async ({ signal }) => (await client.audit.list({ limit: AUDIT_OF_ONE, about: [...about] }, { signal })).toReversed() });
}

export function useAuditVerification(): UseMutationResult<AuditVerification, unknown, void> {
  const client = useClient();
  return useMutation({ mutationFn: () => client.audit.verify() });
}

/** This machine, without measuring: an answer in a moment, and the same in every place that shows it. */
export function useMachine(): UseQueryResult<Machine> {
  const client = useClient();
  return useQuery({ queryKey: [SUBJECTS.machine, "here"], queryFn: ({ signal }) => client.machine.describe({ measure: false }, { signal }), staleTime: 60_000 });
}

/** The machines of other sites that the workbench keeps. */
export function useSites(): UseQueryResult<Site[]> {
  const client = useClient();
  return useQuery({ queryKey: [SUBJECTS.sites], queryFn: ({ signal }) => client.machine.sites(undefined, { signal }) });
}

export function useSiteMachine(site: string | null): UseQueryResult<Machine> {
  const client = useClient();
  return useQuery({ queryKey: [SUBJECTS.sites, "machine", site], queryFn: ({ signal }) => client.machine.site({ site: site ?? "" }, { signal }), enabled: site !== null, staleTime: Number.POSITIVE_INFINITY });
}

/** Measures memory and the home's disk for a second or two; what was measured replaces what was described. */
export function useMeasureMachine(): UseMutationResult<Machine, unknown, void> {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation({ mutationFn: () => client.machine.describe({ measure: true }), onSuccess: (machine) => queries.setQueryData([SUBJECTS.machine, "here"], machine) });
}

export function useJobLog(id: string): UseQueryResult<string> {
  const client = useClient();
  return useQuery({ queryKey: [SUBJECTS.jobs, "log", id], queryFn: ({ signal }) => client.job.log({ id }, { signal }) });
}

export function useSample(): UseQueryResult<Sample | null> {
  const client = useClient();
  return useQuery({ queryKey: [SUBJECTS.sample], queryFn: ({ signal }) => client.sample.locate(undefined, { signal }), staleTime: Number.POSITIVE_INFINITY });
}

export function useSettings(): UseQueryResult<Settings> {
  const client = useClient();
  return useQuery({ queryKey: [SUBJECTS.settings], queryFn: ({ signal }) => client.settings.get(undefined, { signal }) });
}

export function useEngines(): UseQueryResult<RemoteEngine[]> {
  const client = useClient();
  return useQuery({ queryKey: [SUBJECTS.engines], queryFn: ({ signal }) => client.engine.list(undefined, { signal }) });
}

export function useVoteSummary(): UseQueryResult<PairSummary[]> {
  const client = useClient();
  return useQuery({ queryKey: [SUBJECTS.votes, "summary"], queryFn: ({ signal }) => client.vote.summary(undefined, { signal }) });
}

/** Shown at once; the store's answer, or its refusal, has the last word. */
export function useChangeSettings(): UseMutationResult<Settings, unknown, Partial<Settings>> {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (changed: Partial<Settings>) => client.settings.set(changed),
    onMutate: (changed) => queries.setQueryData<Settings>([SUBJECTS.settings], (known) => (known === undefined ? undefined : { ...known, ...changed })),
    onSuccess: (settings) => queries.setQueryData([SUBJECTS.settings], settings),
    onError: () => queries.invalidateQueries({ queryKey: [SUBJECTS.settings] }),
  });
}

/** Starts, stops or takes up long work; the job it answers with is at once where every page sees it. */
export function useJobAction<Input>(action: (client: Client, input: Input) => Promise<Job>): UseMutationResult<Job, unknown, Input> {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation({ mutationFn: (input: Input) => action(client, input), onSuccess: (job) => rememberJob(queries, job) });
}

/** Puts one job in its place among the jobs that are known. */
export function rememberJob(queries: QueryClient, job: Job): void {
  queries.setQueryData<Job[]>([SUBJECTS.jobs], (jobs) => {
    if (jobs === undefined) return undefined;
    return jobs.some(({ id }) => id === job.id) ? jobs.map((known) => (known.id === job.id ? job : known)) : [job, ...jobs];
  });
}
