import type { ReactNode } from "react";
import { useLocale } from "../../texts/locale.tsx";
import { Page } from "../../ui/page.tsx";

export function BundlesPage(): ReactNode {
  const { texts } = useLocale();
  return <Page title={texts.places.bundles}>{null}</Page>;
}
