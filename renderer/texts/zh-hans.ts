import { en, type Texts } from "./en.ts";

export const zhHans: Texts = en;
