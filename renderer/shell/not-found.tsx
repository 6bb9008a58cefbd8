import type { ReactNode } from "react";
import { useLocale } from "../texts/locale.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Page } from "../ui/page.tsx";

export function NotFound(): ReactNode {
  const { texts } = useLocale();
  return <Page title={texts.common.notFoundTitle}><EmptyState what={texts.common.notFoundTitle} next={texts.common.notFoundNext} /></Page>;
}
