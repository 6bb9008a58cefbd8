import { mixedNumbers } from "../domain/mixed-numbers.ts";

/**
 * Who comes when: for each round the places of the contestants. Rounds go in pairs: an order drawn by lot, then the same the other way round (A B, B A), so that what
 * drifts in between (heat, other work) falls on all alike, and nobody always follows the same one.
 */
export function drawOrder(contestants: number, rounds: number, seed: number): readonly (readonly number[])[] {
  const next = mixedNumbers(seed);
  const orders: (readonly number[])[] = [];
  for (let round = 0; round < rounds; round++) orders.push(round % 2 === 0 ? shuffled(contestants, next) : (orders[round - 1] as readonly number[]).toReversed());
  return orders;
}

function shuffled(count: number, next: () => number): readonly number[] {
  const places = Array.from({ length: count }, (_, place) => place);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(next() * (last + 1));
    [places[last], places[other]] = [places[other] as number, places[last] as number];
  }
  return places;
}
