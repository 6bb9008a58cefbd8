import { version } from "../../../package.json";

/** Of the pages; the workbench that serves them is of the same package. */
export const PRODUCT_VERSION: string = version;
