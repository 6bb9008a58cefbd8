import type { NoticeTexts } from "./notice-text.ts";
import { NOTICES_EN } from "./notice-texts-en.ts";

export const NOTICES_AR: NoticeTexts = NOTICES_EN;
