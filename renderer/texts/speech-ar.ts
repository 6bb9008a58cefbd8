import { ar } from "./ar.ts";
import { ERRORS_AR } from "./error-texts-ar.ts";
import { NOTICES_AR } from "./notice-texts-ar.ts";
import { playgroundAr } from "./playground-ar.ts";
import type { Speech } from "./speech.ts";
import { wizardsAr } from "./wizards-ar.ts";

export const speech: Speech = { texts: ar, errors: ERRORS_AR, notices: NOTICES_AR, wizards: wizardsAr, playground: playgroundAr };
