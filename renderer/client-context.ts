import { createContext, useContext } from "react";
import type { Client } from "./client.ts";

export const ClientContext = createContext<Client | null>(null);

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === null) throw new Error("ClientContext has no client");
  return client;
}
