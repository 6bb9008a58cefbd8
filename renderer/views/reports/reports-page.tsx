import type { ReactNode } from "react";
import { useLocale } from "../../texts/locale.tsx";
import { Page } from "../../ui/page.tsx";

export function ReportsPage(): ReactNode {
  const { texts } = useLocale();
  return <Page title={texts.places.reports}>{null}</Page>;
}
