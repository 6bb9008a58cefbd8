import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { FolderListing, Place } from "../../../shared/schemas/folder.ts";
import { useClient } from "../../client-context.ts";
import { isAbsolutePath } from "./join-path.ts";

export function usePlaces(): UseQueryResult<Place[]> {
  const client = useClient();
  return useQuery({ queryKey: ["files", "places"], queryFn: ({ signal }) => client.files.places(undefined, { signal }) });
}

/** One folder as it is now: what a stick or another program put there a moment ago must be seen. */
export function useFolder(path: string): UseQueryResult<FolderListing> {
  const client = useClient();
  return useQuery({ queryKey: ["files", "browse", path], queryFn: ({ signal }) => client.files.browse({ path, show: "foldersAndFiles" }, { signal }), enabled: isAbsolutePath(path), staleTime: 0 });
}
