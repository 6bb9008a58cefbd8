import type { Texts } from "./en.ts";
import type { ErrorTexts } from "./error-texts-en.ts";
import type { NoticeTexts } from "./notice-text.ts";
import type { PlaygroundTexts } from "./playground-en.ts";
import type { WizardTexts } from "./wizards-en.ts";

/** Everything that is said in one language. */
export interface Speech {
  readonly texts: Texts;
  readonly errors: ErrorTexts;
  readonly notices: NoticeTexts;
  readonly wizards: WizardTexts;
  readonly playground: PlaygroundTexts;
}
