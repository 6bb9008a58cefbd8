import { DirectionProvider, MantineProvider, useDirection, useMantineColorScheme } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { type ReactNode, StrictMode, useEffect } from "react";
import type { Client } from "./client.ts";
import { ClientContext } from "./client-context.ts";
import { useSettings } from "./queries.ts";
import { isUnreachable } from "./read-error.ts";
import { router } from "./router.tsx";
import { theme } from "./theme/theme.ts";
import { LocaleProvider } from "./texts/locale.tsx";

const queries = new QueryClient({
  defaultOptions: {
    // A typed error is an answer: asking again gives the same. The live stream says when something changed.
    queries: { staleTime: 30_000, retry: (failures, error) => isUnreachable(error) && failures < 2, networkMode: "always", refetchOnWindowFocus: false },
    mutations: { retry: false, networkMode: "always" },
  },
});

export function App({ client }: { readonly client: Client }): ReactNode {
  return (
    <StrictMode>
      <DirectionProvider>
        {/* What these two would add are <style> elements; theme.css holds the same for a content policy that lets no inline style in. */}
        <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
          <ClientContext value={client}>
            <QueryClientProvider client={queries}>
              <Spoken />
            </QueryClientProvider>
          </ClientContext>
        </MantineProvider>
      </DirectionProvider>
    </StrictMode>
  );
}

function Spoken(): ReactNode {
  const { setDirection } = useDirection();
  // Otherwise it holds transitions back with a <style> element.
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const theme = useSettings().data?.theme;
  useEffect(() => {
    if (theme !== undefined) setColorScheme(theme === "system" ? "auto" : theme);
  }, [theme, setColorScheme]);
  return (
    <LocaleProvider onDirection={setDirection}>
      <RouterProvider router={router} />
    </LocaleProvider>
  );
}
