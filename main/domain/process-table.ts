/** A process as others can recognise it later. */
export interface ProcessMark {
  readonly pid: number;
  /** The machine's name: a number says nothing about processes elsewhere, as on a network share or outside a container. */
  readonly host: string;
  /** When it began, in the system's own terms and with the boot it began in: a number is used again. null where the system does not tell. */
  readonly started: string | null;
}

/** Which processes there are; for locks and notes that must not outlive who made them. */
export interface ProcessTable {
  self(): ProcessMark;
  /** "elsewhere": on another machine, so nobody here can tell. */
  state(mark: ProcessMark): "alive" | "gone" | "elsewhere";
}
