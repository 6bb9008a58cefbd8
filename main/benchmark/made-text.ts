import { mixedNumbers } from "../domain/mixed-numbers.ts";

/** Common English words: one token each in most vocabularies, so that engines with different tokenizers get prompts of about one length. */
const WORDS = "time year people way day man thing woman life child world school state family student group country problem hand part place case week company system program question work government number night point home water room mother area money story fact month lot right study book eye job word business issue side kind head house service friend father power hour game line end member law car city community name president team minute idea body information back parent face others level office door health person art war history party result change morning reason research girl guy moment air teacher force education".split(" ");
const SENTENCE_WORDS = 12;

/** Sentences without meaning, the same on every machine; other seeds share no beginning. @param words how many, at least 1 */
export function madeText(words: number, seed: number): string {
  const next = mixedNumbers(seed);
  const drawn = Array.from({ length: words }, () => WORDS[Math.floor(next() * WORDS.length)] as string);
  const sentences: string[] = [];
  for (let start = 0; start < drawn.length; start += SENTENCE_WORDS) {
    const sentence = drawn.slice(start, start + SENTENCE_WORDS).join(" ");
    sentences.push(`${sentence[0]?.toUpperCase()}${sentence.slice(1)}.`);
  }
  return sentences.join(" ");
}
