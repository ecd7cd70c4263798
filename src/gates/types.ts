/** What cc-mirror turns on. docs/gates.md says what each gives the user. */
export const capabilityNames = ['tasks', 'teams'] as const;
export type CapabilityName = (typeof capabilityNames)[number];

/**
 * How a capability can be turned on in one build.
 *
 * - `on`: already on, regardless of the gate's other inputs
 * - `env`: environment variables suffice
 * - `flip`: the body of one function has to be edited
 * - `absent`: the tools are not in this build
 * - `unknown`: something was found but not understood; it is never edited
 */
export type Verdict = 'on' | 'env' | 'flip' | 'absent' | 'unknown';

/**
 * One JavaScript module of a bundle, as stored in it.
 *
 * - `module`: ECMAScript module; `commonjs`: wrapped in one function; `script`: neither
 * - `encoding`: how `bytes` encode the text
 */
export interface SourceModule {
  name: string;
  format: 'module' | 'commonjs' | 'script';
  encoding: 'latin1' | 'utf8' | 'utf16le';
  bytes: Buffer;
}

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
  /** For people: what decides the gate in this build, and what turns it on. */
  reason: string;
  /** The environment that turns the capability on; empty if it is on, null if none does. */
  env: Readonly<Record<string, string>> | null;
  /** Environment switches that the gate reads; a variant does not take them from the shell. */
  switches: readonly string[];
  /** The edit that turns it on; null if none is allowed. */
  flip: { edit: Edit; moduleBytes: number } | null;
  /** How the capability is decided, from its tools to the conditions; computed on demand. */
  chains: () => ChainLink[];
}

/** A function between a tool and the conditions that decide about it. */
export interface ChainLink {
  name: string;
  module: string;
  /** Byte offset of the function within the module. */
  start: number;
  /** Its code, on one line. */
  source: string;
  /** The inputs that it reads itself. */
  reads: string[];
  /** The functions that it calls, each listed only at its first call. */
  calls: ChainLink[];
}

export type Analysis = Record<CapabilityName, CapabilityAnalysis>;
