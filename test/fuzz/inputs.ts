import { CcMirrorError } from '../../src/errors.ts';
import { bunGraph, executableHead, program } from './bundle-targets.ts';
import { gates, skeleton } from './gate-targets.ts';
import { type Random, randomOf } from './random.ts';
import { signer } from './signer-target.ts';

/** Runs one input made from `random`; `folder` is its own to write into. Says how it ended. */
type Target = (random: Random, folder: string) => Promise<string>;

/** Input N goes to the target N leads to, round and round; gates have the most ways to go wrong. */
const targets: readonly [name: string, target: Target][] = [
  ['gates', gates],
  ['bun graph', bunGraph],
  ['gates', gates],
  ['executable head', executableHead],
  ['skeleton', skeleton],
  ['gates', gates],
  ['program', program],
  ['signer', signer],
];

export interface Outcome {
  target: string;
  /** A result in a word or two, or the code of one of our errors. */
  ended: string;
  /** Set where the input did not end as it must: what was thrown. */
  failure?: string;
}

/** Makes input `number` and runs it; it is the same each time. */
export async function runInput(number: number, folder: string): Promise<Outcome> {
  const [target, run] = targets[number % targets.length]!;
  try {
    return { target, ended: await run(randomOf(number), folder) };
  } catch (error) {
    if (error instanceof CcMirrorError) return { target, ended: `error ${error.code}` };
    const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { target, ended: 'failure', failure };
  }
}
