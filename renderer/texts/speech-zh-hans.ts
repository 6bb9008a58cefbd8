import { zhHans } from "./zh-hans.ts";
import { ERRORS_ZH_HANS } from "./error-texts-zh-hans.ts";
import { NOTICES_ZH_HANS } from "./notice-texts-zh-hans.ts";
import { playgroundZhHans } from "./playground-zh-hans.ts";
import type { Speech } from "./speech.ts";
import { wizardsZhHans } from "./wizards-zh-hans.ts";

export const speech: Speech = { texts: zhHans, errors: ERRORS_ZH_HANS, notices: NOTICES_ZH_HANS, wizards: wizardsZhHans, playground: playgroundZhHans };
