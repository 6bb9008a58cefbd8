import type { NoticeTexts } from "./notice-text.ts";
import { NOTICES_EN } from "./notice-texts-en.ts";

export const NOTICES_ZH_HANS: NoticeTexts = NOTICES_EN;
