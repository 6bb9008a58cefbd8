import { ERRORS_EN, type ErrorTexts } from "./error-texts-en.ts";

export const ERRORS_AR: ErrorTexts = ERRORS_EN;
