/** A line that says what the lines below it are. */
export type Heading =
  | { readonly kind: "command"; readonly command: string; readonly args: readonly string[] }
  | { readonly kind: "file"; readonly path: string }
  /** Ends what stood above and says nothing about what follows. */
  | { readonly kind: "title" };

/** Programs whose outputs people paste beside each other. A comment sign before another word is a comment. */
const PROGRAMS = [
  "npu-smi", "nvidia-smi", "hccn_tool", "ascend-dmi", "msnpureport", "nvidia-ctk", "nvidia-container-cli", "lscpu", "lspci", "lsblk", "lsmem", "uname", "getconf", "ldd", "df", "mount", "free",
  "numactl", "numastat", "nproc", "cat", "head", "more", "less", "tail", "ls", "ll", "stat", "systemctl", "systemd-detect-virt", "hostnamectl", "docker", "podman", "containerd", "kubectl",
  "python", "python3", "pip", "dmidecode", "dmesg", "env", "printenv", "echo", "date", "id", "whoami", "hostname", "ip", "sysctl",
];
const PROMPTS = [
  // [root@host ~]# and (base) [user@host dir]$
  /^(?:\([^()]*\) ?)*\[[^\]\s]+@[^\]]+\] ?[#$%] ?(.*)$/,
  // user@host:~/dir$ and (venv) root@host:/#
  /^(?:\([^()]*\) ?)*[\w.-]+@[\w.-]+:[^\s#$%]*[#$%] ?(.*)$/,
  /^(?:bash|sh|zsh)-[\d.]+[#$] ?(.*)$/,
  // PS C:\Users\op> and C:\Users\op>
  /^(?:PS )?[A-Za-z]:\\[^<>|"]*> ?(.*)$/,
  /^(?:# )?\$ (.*)$/,
];

/** @param line without its line break; leading blanks do not matter. Undefined: it is content. */
export function readHeading(line: string): Heading | undefined {
  const text = line.trim();
  if (text === "" || text.length > 8192) return undefined;
  for (const prompt of PROMPTS) {
    const typed = prompt.exec(text)?.[1];
    if (typed !== undefined) return readCommandLine(typed) ?? { kind: "title" };
  }
  const marked = /^(#{1,6}|>|\+{1,3}|==>) ?(\S.*?)(?: <==)?$/.exec(text);
  if (marked !== null) return readMarked(marked[1] ?? "", marked[2] ?? "");
  return isBareCommand(text) ? readCommandLine(text) : undefined;
}

function readMarked(mark: string, text: string): Heading | undefined {
  if (/^[#=]+$/.test(text)) return undefined;
  const first = text.replaceAll("`", "").split(/\s/)[0] ?? "";
  if (PROGRAMS.includes(first.split("/").at(-1) ?? "")) return readCommandLine(text.replaceAll("`", ""));
  if (/^\/[\w.@:+*-]+(\/[\w.@:+*-]+)*$/.test(first)) return { kind: "file", path: first };
  return /^#{2,6}$/.test(mark) ? { kind: "title" } : undefined;
}

/** A command alone on its line, without any prompt: only those that cannot be a line of an output. */
function isBareCommand(text: string): boolean {
  return (
    /^(\/[\w./-]+\/)?npu-smi (info|-v|-h)( +[-\w${}<>]+)*$/.test(text) || /^(\/[\w./-]+\/)?nvidia-smi( +-{1,2}[\w=.,-]+| topo| nvlink)*$/.test(text) || /^(\/[\w./-]+\/)?hccn_tool( +[-\w${}<>]+)+$/.test(text) ||
    /^(cat|head|ls)( -\w+)* (\/[\w.*@:+-]+)+$/.test(text) || /^(lscpu|(lspci|uname|df|free|ldd)( --?\w[\w-]*)+|getconf GNU_LIBC_VERSION)$/.test(text)
  );
}

/** Words of a command line, without what was put around the command: sudo, variables, redirections, filters behind it. Undefined: none is left. */
export function readCommandLine(line: string): Heading | undefined {
  const own = line.split(/\s(?:\||>|>>|2>|2>&1|;|&&|\|\|)(?:\s|$|\/)/)[0] ?? "";
  const words = own.trim().split(/\s+/).map((word) => word.replace(/^(["'])(.*)\1$/, "$2").replace(/;$/, ""));
  while (words[0] !== undefined && (/^(sudo|time|env|command|nohup)$/.test(words[0]) || /^[A-Za-z_]\w*=/.test(words[0]) || (words.length > 1 && /^-[nES]$/.test(words[0])))) words.shift();
  if (/^(timeout|watch)$/.test(words[0] ?? "")) {
    words.shift();
    while (/^-|^[\d.]+[smh]?$/.test(words[0] ?? "")) words.shift();
  }
  const [command, ...args] = words;
  if (command === undefined || command === "") return undefined;
  const name = command.split("/").at(-1) ?? "";
  const paths = args.filter((arg) => arg.startsWith("/"));
  if (/^(cat|head|more|less|tail)$/.test(name) && paths.length === 1 && !(paths[0] ?? "").includes("*")) return { kind: "file", path: paths[0] ?? "" };
  return { kind: "command", command: PROGRAMS.includes(name) ? name : command, args };
}
