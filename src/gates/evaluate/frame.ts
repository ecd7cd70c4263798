import type { AnyNode } from 'acorn';
import type { FunctionNode, Located } from '../syntax/located.ts';
import type { Unfollowed } from './mutated-locals.ts';
import type { Atom, Value } from './values.ts';

/** Decides an atom for one evaluation; undefined leaves it unknown. */
export type Oracle = (atom: Atom) => Value | undefined;

export interface EvaluationOptions {
  oracle: Oracle;
  /** Functions taken to return true whatever their body says: flips being tried. */
  flipped?: ReadonlySet<AnyNode>;
  /** Told of every atom met. */
  onAtom?: (atom: Atom) => void;
  /** Told of every function that is followed; what it returns is called when that ends. */
  onCall?: (fn: Located<FunctionNode>) => () => void;
}

/** Where evaluation stands: the place in the source, the local names, the depth of calls. */
export interface Frame {
  at: Located;
  scope: Map<string, Value>;
  /** Local names whose value changes in a way that is not followed. */
  unfollowed: Unfollowed;
  depth: number;
}

/** The value of calling a function, `depth` calls down. */
export type Call = (fn: Located<FunctionNode>, args: readonly Value[], depth: number) => Value;
