import { useQueries, useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { Recipe } from "../../../shared/schemas/recipe.ts";
import type { RecipePreview } from "../../../shared/schemas/recipe-preview.ts";
import type { Client } from "../../client.ts";
import { useClient } from "../../client-context.ts";

/** Of a stored checkpoint, whose bytes do not change: asked once. */
function previewOf(client: Client, model: string, recipe: Recipe | undefined) {
  return {
    queryKey: ["preview", model, recipe?.name ?? ""], enabled: model !== "" && recipe !== undefined, staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }: { readonly signal: AbortSignal }): Promise<RecipePreview> => {
      if (recipe === undefined) throw new Error("a preview without a recipe is not enabled");
      return client.quantize.preview({ model, recipe }, { signal });
    },
  };
}

export function usePreview(model: string, recipe: Recipe | undefined): UseQueryResult<RecipePreview> {
  const client = useClient();
  return useQuery(previewOf(client, model, recipe));
}

export function usePreviews(model: string, recipes: readonly Recipe[]): readonly UseQueryResult<RecipePreview>[] {
  const client = useClient();
  return useQueries({ queries: recipes.map((recipe) => previewOf(client, model, recipe)) });
}
