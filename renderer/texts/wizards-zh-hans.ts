import { wizardsEn, type WizardTexts } from "./wizards-en.ts";

export const wizardsZhHans: WizardTexts = wizardsEn;
