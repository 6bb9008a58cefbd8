import type { Side } from "../../shared/schemas/comparison.ts";

export interface Release {
  readonly side: Side;
  readonly text: string;
}

/**
 * Two answers let out at one pace: each as far as the other has come, the rest when both have ended. Who is faster, or sends larger pieces, or ends first, would tell two
 * engines apart that are meant to be judged blind.
 */
export class LevelTexts {
  readonly #held = { left: "", right: "" };
  /** Characters that are out. */
  readonly #out = { left: 0, right: 0 };
  readonly #ended = { left: false, right: false };

  push(side: Side, text: string): Release[] {
    this.#held[side] += text;
    return this.#level();
  }

  end(side: Side): Release[] {
    this.#ended[side] = true;
    return this.#ended.left && this.#ended.right ? this.#let(this.#held.left.length, this.#held.right.length) : this.#level();
  }

  #level(): Release[] {
    const reached = (side: Side): number => this.#out[side] + this.#held[side].length;
    const common = Math.min(reached("left"), reached("right"));
    return this.#let(Math.max(0, common - this.#out.left), Math.max(0, common - this.#out.right));
  }

  #let(left: number, right: number): Release[] {
    const first = this.#take("left", left);
    const second = this.#take("right", right);
    return [...(first === "" ? [] : [{ side: "left" as const, text: first }]), ...(second === "" ? [] : [{ side: "right" as const, text: second }])];
  }

  #take(side: Side, length: number): string {
    const held = this.#held[side];
    // Half a surrogate pair is no character.
    const end = /[\uD800-\uDBFF]/.test(held.charAt(length - 1)) && length < held.length ? length - 1 : length;
    this.#held[side] = held.slice(end);
    this.#out[side] += end;
    return held.slice(0, end);
  }
}
