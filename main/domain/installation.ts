/** The workbench as it is installed here: what a bundle takes along so that a site needs nothing else. */
export interface Installation {
  /** Sources, resources and node_modules lie below it. */
  readonly root: string;
  readonly version: string;
  /** The Node that runs this. */
  readonly node: string;
  readonly nodeVersion: string;
  /** "linux-x64": Node's own words for system and processor. */
  readonly platform: string;
}
