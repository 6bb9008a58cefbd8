import type { ReactNode } from "react";
import { useLocale } from "../../texts/locale.tsx";
import { Page } from "../../ui/page.tsx";

export function ModelsPage(): ReactNode {
  const { texts } = useLocale();
  return <Page title={texts.places.models}>{null}</Page>;
}
