import { en } from "./en.ts";
import { ERRORS_EN } from "./error-texts-en.ts";
import { NOTICES_EN } from "./notice-texts-en.ts";
import { playgroundEn } from "./playground-en.ts";
import type { Speech } from "./speech.ts";
import { wizardsEn } from "./wizards-en.ts";

export const speech: Speech = { texts: en, errors: ERRORS_EN, notices: NOTICES_EN, wizards: wizardsEn, playground: playgroundEn };
