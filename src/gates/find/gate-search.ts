import type { Editor } from '../decide/edited.ts';
import type { FunctionNode, Located } from '../syntax/located.ts';

/** The functions that decide a capability, or why there are none. */
export type GateSearch =
  | FoundGate
  /** An earlier edit opened it. */
  | { kind: 'edited'; by: Editor }
  | { kind: 'absent'; why: string }
  | { kind: 'unclear'; why: string };

export interface FoundGate {
  kind: 'found';
  gate: Located<FunctionNode>[];
  /** The tools that ask the gate. */
  users: readonly User[];
  /** The only function that can be edited so that the gate is found again; absent: any. */
  anchored?: FunctionNode;
}

/** A tool, and the function that decides whether it is offered. */
export interface User {
  tool: string;
  isEnabled: Located<FunctionNode>;
}
