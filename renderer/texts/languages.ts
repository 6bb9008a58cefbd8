export const LANGUAGES = ["en", "zh-Hans", "ar"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language by its own name, as the person who looks for it reads it. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", "zh-Hans": "简体中文", ar: "العربية" };

export function directionOf(language: Language): "ltr" | "rtl" {
  return language === "ar" ? "rtl" : "ltr";
}

/** The first language of the reader's own list that there are texts in. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split("-")[0];
    if (primary === "zh") return "zh-Hans";
    if (primary === "ar") return "ar";
    if (primary === "en") return "en";
  }
  return "en";
}
