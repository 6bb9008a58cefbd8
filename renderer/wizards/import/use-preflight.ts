import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { ChecksumSource, ImportPreflight } from "../../../shared/schemas/import-preflight.ts";
import { useClient } from "../../client-context.ts";
import { SUBJECTS } from "../../queries.ts";

/** As the folder is now: a file that was fetched meanwhile must be seen. "" asks nothing. */
export function usePreflight(directory: string, checksums: ChecksumSource): UseQueryResult<ImportPreflight> {
  const client = useClient();
  return useQuery({
    queryKey: [SUBJECTS.models, "preflight", directory, checksums], enabled: directory !== "",
    queryFn: ({ signal }) => client.model.preflight({ directory, checksums }, { signal }),
  });
}
