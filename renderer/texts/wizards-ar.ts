import { wizardsEn, type WizardTexts } from "./wizards-en.ts";

export const wizardsAr: WizardTexts = wizardsEn;
