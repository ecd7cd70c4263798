import type * as timers from 'node:timers/promises';

/** `node:timers/promises` whose `setTimeout` lets others have their turn, and waits no longer. */
export function atOnce(actual: typeof timers): typeof timers {
  return {
    ...actual,
    setTimeout: (_milliseconds, value, options) => actual.setImmediate(value, options),
  };
}
