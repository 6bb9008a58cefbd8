/** What leads through a whole piece of work, in the order of the line; each key is also that of its texts. */
export const WIZARDS = [
  { id: "import", path: "/import" },
  { id: "quantize", path: "/quantize" },
  { id: "benchmark", path: "/benchmark" },
  { id: "export", path: "/export" },
] as const;
