import type { ModuleGraph } from '../names/resolve.ts';

const MAX_STEPS = 2000;
/** Steps that a call leaves for the code after it. */
const RESERVE = 200;
const MAX_NESTING = 400;

/** Limits an evaluation to more code, and deeper, than any gate has. */
export class Budget {
  readonly #graph: ModuleGraph;
  #steps = 0;
  #limit = MAX_STEPS;
  #nesting = 0;

  constructor(graph: ModuleGraph) {
    this.#graph = graph;
  }

  /** Takes one step; undefined if the budget is spent. */
  step<T>(take: () => T): T | undefined {
    const spent = ++this.#steps > this.#limit || --this.#graph.stepsLeft < 0;
    if (spent || this.#nesting > MAX_NESTING) return undefined;
    this.#nesting++;
    const result = take();
    this.#nesting--;
    return result;
  }

  /** Runs a call on a part of the budget, so that the code after it can be followed too. */
  portion<T>(call: () => T): T {
    const limit = this.#limit;
    this.#limit = limit - Math.min(RESERVE, (limit - this.#steps) / 2);
    const result = call();
    this.#limit = limit;
    return result;
  }
}
