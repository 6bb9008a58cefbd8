import { ERRORS_EN, type ErrorTexts } from "./error-texts-en.ts";

export const ERRORS_ZH_HANS: ErrorTexts = ERRORS_EN;
