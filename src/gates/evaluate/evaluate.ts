import type {
  AnyNode,
  IfStatement,
  Pattern,
  Statement as AcornStatement,
  SwitchStatement,
} from 'acorn';
import { followEffect, followExpression } from './expressions.ts';
import {
  type EvaluationOptions,
  type Evaluator,
  type Frame,
  setLocal,
  unknownAt,
} from './frame.ts';
import { acts, interrupts, throws } from './interrupts.ts';
import type { FunctionNode, Located } from '../syntax/located.ts';
import type { ModuleGraph } from '../names/resolve.ts';
import { strictlyEqual } from './operators.ts';
import { patternNames } from '../names/scope.ts';
import { untrackedLocals } from './untracked-locals.ts';
import { type Atom, type Value, atomsOf, isSame, join, known, truth, unknown } from './values.ts';

/**
 * The value a function returns, in three-valued logic; its arguments may be anything, as its callers
 * are unknown. No code runs: the evaluation follows the syntax, both branches where a condition is
 * unknown. Loops, exceptions and anything else it does not understand give an unknown value, never a
 * wrong one.
 */
export function evaluateCall(
  graph: ModuleGraph,
  fn: Located<FunctionNode>,
  options: EvaluationOptions,
): Value {
  const evaluation = new Evaluation(graph, options);
  const args = fn.node.params.map((node) => unknownAt(fn, node));
  const value = evaluation.call(fn, args, 0);
  return evaluation.interrupted ? unknownAt(fn, fn.node, atomsOf(value)) : value;
}

/* Limits: more code, and deeper, than any gate has. */
const MAX_STEPS = 2000;
/** Steps that a call leaves for the code after it. */
const RESERVE = 200;
const MAX_NESTING = 400;
const MAX_DEPTH = 12;

/** Follows calls and statements. */
class Evaluation implements Evaluator {
  readonly graph: ModuleGraph;
  interrupted = false;
  silent = false;
  readonly #options: EvaluationOptions;
  /** Results of earlier calls: the paths through a gate call the same functions many times. */
  readonly #calls = new Map<FunctionNode, { args: readonly Value[]; value: Value }[]>();
  /** The functions entered so far. */
  readonly #entered = new Set<AnyNode>();
  #steps = 0;
  #maxSteps = MAX_STEPS;
  #nesting = 0;

  constructor(graph: ModuleGraph, options: EvaluationOptions) {
    this.graph = graph;
    this.#options = options;
  }

  follow(node: AnyNode, frame: Frame): Value {
    return this.#limited(node, frame, () => followExpression(this, node, frame));
  }

  read(atom: Atom): Value {
    this.#options.onAtom?.(atom);
    return this.#options.oracle(atom) ?? unknown([atom]);
  }

  isSettled(at: Located): boolean {
    return this.graph.isSettled(at, this.#entered);
  }

  call(fn: Located<FunctionNode>, args: readonly Value[], depth: number): Value {
    const before = this.#calls.get(fn.node) ?? [];
    const same = before.find((call) => sameArguments(call.args, args));
    if (same) return same.value;
    const { silent } = this;
    const leave = silent ? undefined : this.#options.onCall?.(fn);
    const maxSteps = this.#maxSteps;
    this.#maxSteps -= Math.min(RESERVE, (maxSteps - this.#steps) / 2);
    const value = this.#called(fn, args, depth);
    this.#maxSteps = maxSteps;
    leave?.();
    // A silent call was not reported; the next one must be.
    if (!silent) this.#calls.set(fn.node, [...before, { args, value }]);
    return value;
  }

  /** Evaluates one more node if the limits allow; if not, `rest` is not reached either. */
  #limited(node: AnyNode, frame: Frame, follow: () => Value, rest: readonly AnyNode[] = []): Value {
    const spent = ++this.#steps > this.#maxSteps || --this.graph.stepsLeft < 0;
    if (spent || this.#nesting > MAX_NESTING) {
      this.interrupted ||= [node, ...rest].some(throws);
      return unknownAt(frame.at, node);
    }
    this.#nesting++;
    const value = follow();
    this.#nesting--;
    return value;
  }

  #called(fn: Located<FunctionNode>, args: readonly Value[], depth: number): Value {
    const { node } = fn;
    if (this.#options.flipped?.has(node)) return known(true);
    // An error in an async function ends no gate, but it may end the program.
    this.interrupted ||= depth > MAX_DEPTH || (node.async && interrupts(node.body));
    if (node.async || node.generator || depth > MAX_DEPTH) return unknownAt(fn, node);
    this.#entered.add(node);
    const frame: Frame = { at: fn, scope: new Map(), untracked: untrackedLocals(node), depth };
    for (const [index, parameter] of node.params.entries()) {
      this.interrupted ||= this.#isForEffect(parameter, null, frame);
      this.#bind(parameter, args[index] ?? known(undefined), frame);
    }
    if (node.body.type !== 'BlockStatement') return this.follow(node.body, frame);
    return this.#statements(node.body.body, frame);
  }

  /** Binds a name, or `name = fallback`, to a value; the names in any other pattern are unknown. */
  #bind(pattern: Pattern, value: Value, frame: Frame): void {
    if (pattern.type === 'Identifier') {
      setLocal(pattern.name, value, frame);
    } else if (pattern.type === 'AssignmentPattern') {
      const given = value.known ? value.value !== undefined : value.truth === true;
      const fallback = (): Value => this.follow(pattern.right, frame);
      const either = value.known ? fallback : (): Value => join(value, fallback(), value);
      this.#bind(pattern.left, given ? value : either(), frame);
    } else {
      for (const name of patternNames(pattern)) {
        setLocal(name, unknownAt(frame.at, pattern), frame);
      }
    }
  }

  /** The value returned by a list of statements; undefined if they end without `return`. */
  #statements(statements: readonly AcornStatement[], frame: Frame): Value {
    const [first, ...rest] = statements;
    if (!first) return known(undefined);
    const follow = (): Value => this.#statement(first, rest, frame);
    return this.#limited(first, frame, follow, rest);
  }

  #statement(first: AcornStatement, rest: readonly AcornStatement[], frame: Frame): Value {
    switch (first.type) {
      case 'ReturnStatement':
        return first.argument ? this.follow(first.argument, frame) : known(undefined);
      case 'BlockStatement':
        return this.#statements([...first.body, ...rest], frame);
      case 'IfStatement': {
        this.interrupted ||= decidesNothing(first) && acts(first.test);
        const test = this.follow(first.test, frame);
        const certain = truth(test);
        const taken = (branch: AcornStatement | null | undefined): Value =>
          this.#statements(
            branch ? [branch, ...rest] : rest,
            certain === null ? fork(frame) : frame,
          );
        if (certain !== null) return taken(certain ? first.consequent : first.alternate);
        return join(taken(first.consequent), taken(first.alternate), test);
      }
      case 'VariableDeclaration':
        this.interrupted ||= first.kind.endsWith('using');
        for (const { id, init } of first.declarations) {
          this.interrupted ||= this.#isForEffect(id, init, frame);
          this.#bind(id, init ? this.follow(init, frame) : known(undefined), frame);
        }
        return this.#statements(rest, frame);
      case 'ExpressionStatement':
        followEffect(this, first.expression, frame);
        return this.#statements(rest, frame);
      case 'TryStatement': {
        const tried = this.#statements([first.block, ...rest], fork(frame));
        const handler = first.handler?.body.body ?? [];
        const caught = this.#statements([...handler, ...rest], fork(frame));
        return first.finalizer
          ? unknownAt(frame.at, first)
          : join(tried, caught, unknownAt(frame.at, first.block));
      }
      case 'SwitchStatement':
        return this.#switch(first, rest, frame);
      case 'FunctionDeclaration':
      case 'EmptyStatement':
        return this.#statements(rest, frame);
      default:
        this.interrupted ||= [first, ...rest].some(throws);
        return unknownAt(frame.at, first);
    }
  }

  /** Whether a declaration is made for its effect: by a pattern, or of a name that nothing reads. */
  #isForEffect(id: Pattern, init: AnyNode | null | undefined, frame: Frame): boolean {
    if (id.type === 'AssignmentPattern') return this.#isForEffect(id.left, id.right, frame);
    if (interrupts(id)) return true;
    const unread = patternNames(id).every((name) => frame.untracked.unread.has(name));
    const literal = init?.type === 'ObjectExpression' || init?.type === 'ArrayExpression';
    return unread && !!init && ((id.type !== 'Identifier' && !literal) || acts(init));
  }

  /** Compares the cases in turn; a `break` is followed only at the end of a case. */
  #switch(node: SwitchStatement, rest: readonly AcornStatement[], frame: Frame): Value {
    const value = this.follow(node.discriminant, frame);
    const { cases } = node;
    const taken = (index: number): Value => {
      const run = cases.slice(index).flatMap(({ consequent }) => consequent);
      const end = run.findIndex((node) => node.type === 'BreakStatement' && !node.label);
      return this.#statements([...(end < 0 ? run : run.slice(0, end)), ...rest], fork(frame));
    };
    const from = (index: number): Value => {
      const next = cases[index];
      if (!next) {
        const fallback = cases.findIndex(({ test }) => !test);
        return fallback < 0 ? this.#statements(rest, frame) : taken(fallback);
      }
      if (!next.test) return from(index + 1);
      const equal = strictlyEqual(value, this.follow(next.test, frame));
      const certain = truth(equal);
      if (certain !== null) return certain ? taken(index) : from(index + 1);
      return join(taken(index), from(index + 1), equal);
    };
    return from(0);
  }
}

/** The same frame for one branch: assignments in it stay in it. */
function fork(frame: Frame): Frame {
  return { ...frame, scope: new Map(frame.scope) };
}

/** Whether a condition is evaluated for its effect alone. */
function decidesNothing({ consequent, alternate }: IfStatement): boolean {
  return [consequent, alternate].every((node) => !node || isEmpty(node));
}

function isEmpty(node: AcornStatement): boolean {
  return node.type === 'BlockStatement' ? node.body.every(isEmpty) : node.type === 'EmptyStatement';
}

function sameArguments(a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((value, index) => isSame(value, b[index]));
}
