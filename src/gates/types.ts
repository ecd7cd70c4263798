import type { SourceModule } from './syntax/source.ts';

/** What cc-mirror turns on. See docs/gates.md for what each gives the user. */
export const capabilityNames = ['tasks', 'teams'] as const;
export type CapabilityName = (typeof capabilityNames)[number];

/**
 * What can be done about a capability in one build.
 *
 * - `on`: already on, whatever the gate's other inputs are
 * - `env`: environment variables suffice
 * - `flip`: the body of one function has to be replaced
 * - `absent`: the tools are not in this build
 * - `unknown`: something was found and not understood; it is never edited
 */
export type Verdict = 'on' | 'env' | 'flip' | 'absent' | 'unknown';

/** One replacement. `start` and `end` are byte offsets within the module; the length never changes. */
export interface Edit {
  module: string;
  start: number;
  end: number;
  before: string;
  after: string;
}

export interface CapabilityAnalysis {
  verdict: Verdict;
  /** For people: what decides the gate in this build, and what it takes. */
  reason: string;
  /** The environment that turns the capability on, where one does; empty when it is on. */
  env: Readonly<Record<string, string>> | null;
  /** Switches of the environment that the gate reads; a variant does not take them from the shell. */
  switches: readonly string[];
  /** The flip that turns it on, where one is allowed; null otherwise. */
  flip: { edit: Edit; moduleBytes: number } | null;
  /** How the capability is decided, from its tools to the conditions; worked out when it is asked for. */
  chains: () => ChainLink[];
}

/** A function on the way from a tool to the conditions that decide about it. */
export interface ChainLink {
  name: string;
  module: string;
  /** Byte offset of the function within the module. */
  start: number;
  /** Its code, on one line. */
  source: string;
  /** The inputs that it reads itself. */
  reads: string[];
  /** The functions that it calls, each where it is met first. */
  calls: ChainLink[];
}

export type Analysis = Record<CapabilityName, CapabilityAnalysis>;

export type { SourceModule };
