/** A fixed sequence of choices: the same seed makes the same input, so that a failure can be repeated. */
export interface Random {
  /** A whole number from 0 to `limit` − 1. */
  below: (limit: number) => number;
  pick: <T>(list: readonly T[]) => T;
  /** True once in so many times. */
  once: (times: number) => boolean;
}

/** The generator is mulberry32; neighbouring seeds give sequences that do not resemble each other. */
export function randomOf(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
  return {
    below,
    pick: (list) => list[below(list.length)]!,
    once: (times) => below(times) === 0,
  };
}
