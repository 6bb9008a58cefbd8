import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { PromptsPreview } from "../../../shared/schemas/prompts-preview.ts";
import { useClient } from "../../client-context.ts";

/** Read anew whenever the step is come to: a person mends a line and looks again. */
export function usePromptsPreview(file: string): UseQueryResult<PromptsPreview> {
  const client = useClient();
  return useQuery({ queryKey: ["prompts", file], queryFn: ({ signal }) => client.benchmark.prompts({ file }, { signal }), enabled: file !== "", retry: false, staleTime: 0 });
}
