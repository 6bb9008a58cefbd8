import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { useSettings } from "../queries.ts";
import { createFormat, type Format } from "./format.ts";
import { directionOf, type Language, LANGUAGES, preferredLanguage } from "./languages.ts";
import type { Speech } from "./speech.ts";

export interface Locale extends Speech {
  readonly language: Language;
  readonly direction: "ltr" | "rtl";
  readonly format: Format;
}

const LocaleContext = createContext<Locale | null>(null);
/** What was chosen last, so that a page begins in its language before the store has answered. */
const REMEMBERED = "sallyport.language";

/** Only the language that is read is loaded. */
const SPEECHES: Readonly<Record<Language, () => Promise<{ readonly speech: Speech }>>> = {
  en: () => import("./speech-en.ts"),
  "zh-Hans": () => import("./speech-zh-hans.ts"),
  ar: () => import("./speech-ar.ts"),
};

export function useLocale(): Locale {
  const locale = useContext(LocaleContext);
  if (locale === null) throw new Error("LocaleContext has no locale");
  return locale;
}

/** Gives its children a language, and the document its direction. Nothing is shown before the texts are there: there would be nothing to read. */
export function LocaleProvider({ children, onDirection }: { readonly children: ReactNode; readonly onDirection: (direction: "ltr" | "rtl") => void }): ReactNode {
  const chosen = useSettings().data?.language;
  const language = chosen === undefined ? rememberedLanguage() : (chosen ?? preferredLanguage(navigator.languages));
  const [spoken, setSpoken] = useState<{ readonly language: Language; readonly speech: Speech } | null>(null);

  useEffect(() => {
    let isCurrent = true;
    void SPEECHES[language]().then(({ speech }) => {
      if (!isCurrent) return;
      document.documentElement.lang = language;
      document.documentElement.dir = directionOf(language);
      onDirection(directionOf(language));
      setSpoken({ language, speech });
    });
    return () => {
      isCurrent = false;
    };
  }, [language, onDirection]);

  useEffect(() => {
    if (chosen !== undefined) localStorage.setItem(REMEMBERED, language);
  }, [chosen, language]);

  const locale = useMemo<Locale | null>(() => spoken === null ? null : {
    ...spoken.speech, language: spoken.language, direction: directionOf(spoken.language), format: createFormat(spoken.language, spoken.speech.texts.units),
  }, [spoken]);

  return locale === null ? null : <LocaleContext value={locale}>{children}</LocaleContext>;
}

function rememberedLanguage(): Language {
  const remembered = localStorage.getItem(REMEMBERED);
  return LANGUAGES.find((language) => language === remembered) ?? preferredLanguage(navigator.languages);
}
