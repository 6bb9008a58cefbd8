/** Long forms of nvidia-smi's options, by what it calls them in --help. */
const SHORT_FORMS: Readonly<Record<string, string>> = { "--list-gpus": "-L", "--query": "-q", "--xml-format": "-x", "--matrix": "-m", "--type": "-t", "--id": "-i", "--chip": "-c" };
const OPTIONS_WITH_VALUE = ["-t", "-i", "-c"];

/**
 * Two ways of writing one command have one key: options of npu-smi and nvidia-smi in another order or in their long form, `-qx` for `-q -x`. What a person typed is then
 * found by who asks in another way.
 */
export function commandKey(command: string, args: readonly string[]): string {
  if (!/(^|\/)(npu-smi|nvidia-smi)$/.test(command)) return JSON.stringify([command, ...args]);
  const words: string[] = [];
  const options: string[] = [];
  const separate = args.flatMap((arg) => (/^-[a-zA-Z]{2,}$/.test(arg) ? [...arg.slice(1)].map((letter) => `-${letter}`) : [SHORT_FORMS[arg] ?? arg]));
  for (let i = 0; i < separate.length; i++) {
    const word = separate[i] ?? "";
    const value = separate[i + 1];
    if (OPTIONS_WITH_VALUE.includes(word) && value !== undefined) {
      options.push(`${word} ${value}`);
      i++;
    } else if (word.startsWith("-")) options.push(word);
    else words.push(word);
  }
  return JSON.stringify([command, ...words, ...options.sort()]);
}
