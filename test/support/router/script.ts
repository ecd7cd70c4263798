import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { Part, Step } from '../session/cast.ts';
import { callTools } from '../session/loopback.ts';
import { given } from './main.ts';
import {
  type Call,
  type Router,
  begin,
  callsFrom,
  checkAgent,
  checkGraph,
  checkMemory,
  complete,
  contract,
} from './pack.ts';

/** Pending at first. */
type State = 'pending' | 'in_progress' | 'completed';

/** A task of the workflow; its id is its place in the list, from 1. */
export type Row = [subject: string, waitsFor: readonly string[], state?: State];

/** An agent's work on a task. */
export interface Turn {
  id: string;
  /** Without `router-`. */
  agent: string;
  steps: readonly Step[];
  /** The status of its contract. */
  status: string;
  findings?: string;
}

/** A turn of an agent that only answers; with `issue` it blocks. */
export function turn(id: string, agent: string, status: string, issue?: string): Turn {
  return { id, agent, status, steps: [{ type: 'text', text: contract(status, issue) }] };
}

const memoryFiles = ['context.md', 'patterns.md', 'progress.md'] as const;

/**
 * The router's part in a workflow, made message by message in the order in which it is played.
 * Tasks and edges come of the calls that the installed texts show; the graph that they have to
 * give is kept beside, as the router keeps it in `progress.md`.
 */
export class Script {
  readonly router: Router;
  readonly #words: Readonly<Record<string, string>>;
  readonly steps: Step[] = [];
  readonly agents: { name: string; part: Part }[] = [];
  rows: Row[] = [];

  constructor(router: Router, words: Readonly<Record<string, string>>) {
    this.router = router;
    this.#words = {
      ...Object.fromEntries(['1', '2', '3', '4', '5', '6'].map((id) => [id, id])),
      'absolute path': router.project,
      'absolute path of the project': router.project,
      'parent id': '1',
      agent: 'router',
      date: 'today',
      'what was learned': 'Sums are whole.',
      ...words,
    };
  }

  /** Loads the skill, the memory and a reference, and makes the workflow's tasks. */
  async open(
    reference: string,
    workflow: string,
    graph: readonly Row[],
    adapt = (calls: readonly Call[]): readonly Call[] => calls,
  ): Promise<void> {
    const shown = (await this.shown(reference)).filter(([tool]) => tool.startsWith('Task'));
    const calls = adapt(callsFrom(shown, graph));
    this.next(['Skill', { skill: 'router' }]);
    this.next(...this.router.read(...memoryFiles), ['TaskList', {}]);
    this.when(
      ['## Common Gotchas', '## Current Workflow', 'No tasks found'],
      this.router.reference(reference),
    );
    // One at a time, as the text says: calls in one message number tasks in any order.
    this.when(['ROUTER Memory Update: <'], ...calls.slice(0, 1));
    for (const call of calls.slice(1)) this.next(call);
    this.rows = [...graph];
    this.check();
    this.next(
      ['Write', { file_path: this.router.memory('findings.md'), content: '# Findings\n' }],
      this.router.edit(
        'progress.md',
        '## Current Workflow\n',
        `## Current Workflow\n- Workflow: ${workflow}, parent 1\n- State: active\n`,
      ),
      this.router.edit('progress.md', '## Tasks\n', `## Tasks\n${this.table()}`),
    );
  }

  /** Starts agents, all at once, hears and notes their contracts, and completes their tasks. */
  async run(turns: readonly Turn[], completes = true): Promise<void> {
    const starts = turns.map(({ id, agent, steps, findings = 'none' }) => {
      const name = `router-${agent}`;
      const cue = `AGENT-${this.agents.length + 1};`;
      this.agents.push({ name, part: { cue, steps } });
      const task = `${id} ${this.rows[Number(id) - 1]?.[0]}`;
      return this.router.agent(name, cue, { Task: task, 'Earlier findings': findings });
    });
    const ids = turns.map(({ id }) => id);
    this.next(...this.mark('in_progress', ...ids), ...(await Promise.all(starts)));
    const told = turns.map(({ id, agent, status }) => `## ${id} ${agent}\nstatus: ${status}\n`);
    this.when(
      turns.map(({ status }) => `status: ${status}`),
      this.router.edit('findings.md', '# Findings\n', `# Findings\n${told.join('')}`),
      ...(completes ? this.mark('completed', ...ids) : []),
    );
  }

  /** A REM-FIX by the calls that its text shows: `rows` are new, `waits` are added. */
  async remedy(
    words: Readonly<Record<string, string>>,
    rows: readonly Row[],
    waits: Readonly<Record<string, readonly string[]>>,
  ): Promise<void> {
    const shown = await this.shown('contract-and-remediation', words);
    for (const call of callsFrom(shown, rows)) this.next(call);
    const before = this.table();
    const failed = words['verifier id'] ?? '';
    this.rows = [
      ...this.rows.map(([subject, waitsFor, state = 'pending'], index): Row => {
        const id = `${index + 1}`;
        return [subject, [...waitsFor, ...(waits[id] ?? [])], id === failed ? 'pending' : state];
      }),
      ...rows,
    ];
    this.check();
    this.next(this.router.edit('progress.md', before, this.table()));
  }

  /** The Memory Update task and the parent; `kept` has to be found when the files are read back. */
  async remember(id: string, edits: readonly Call[], kept: readonly string[]): Promise<void> {
    const learning = (await this.shown('memory')).filter(([tool]) => tool === 'Edit');
    this.next(
      ...this.mark('in_progress', id),
      this.router.reference('memory'),
      ...this.router.read('findings.md'),
    );
    this.when(['## The Memory Update task', '# Findings'], ...this.router.read(...memoryFiles));
    const checked = '## Verification\n- the checks -> exit 0\n';
    this.next(...learning, ...edits, this.router.edit('progress.md', '## Verification\n', checked));
    this.next(...this.router.read(...memoryFiles));
    this.when([...kept, '- the checks -> exit 0'], ...this.mark('completed', id));
    this.next(
      ...this.mark('completed', '1'),
      this.router.edit('progress.md', 'State: active', 'State: done'),
    );
  }

  /** Calls in one message. */
  next(...calls: Call[]): void {
    this.steps.push(callTools(...calls));
  }

  /** The same, once the last results hold what they should. */
  when(wanted: readonly (string | RegExp)[], ...calls: Call[]): void {
    this.steps.push(given(wanted, () => calls));
  }

  /** The list on disk is the graph as it is at this point of the script. */
  check(): void {
    const rows = this.states();
    this.steps.push(async () => {
      await checkGraph(this.router, rows);
      return callTools(['TaskList', {}]);
    });
  }

  /** Sets tasks to a state, in the list and in the table. */
  mark(state: 'in_progress' | 'completed', ...ids: string[]): Call[] {
    const before = this.table();
    this.rows = this.rows.map(([subject, waitsFor, old = 'pending'], index) => [
      subject,
      waitsFor,
      ids.includes(`${index + 1}`) ? state : old,
    ]);
    const marked =
      state === 'completed' ? complete(this.router, ...ids) : begin(this.router, ...ids);
    return [...marked, this.router.edit('progress.md', before, this.table())];
  }

  /** The calls of a reference, with this workflow's words in them. */
  shown(name: string, words: Readonly<Record<string, string>> = {}): Promise<Call[]> {
    return this.router.calls(`references/${name}.md`, { ...this.#words, ...words });
  }

  /** The graph with the states that the build's task tools know. */
  states(): [subject: string, waitsFor: readonly string[], status: string][] {
    const { completed, pending, inProgress } = this.router;
    const states = { completed, pending, in_progress: inProgress ?? pending };
    return this.rows.map(([subject, waitsFor, state = 'pending']) => [
      subject,
      waitsFor,
      states[state],
    ]);
  }

  /** The graph as `progress.md` has it. */
  table(): string {
    const rows = this.rows.map(
      ([subject, waitsFor, state = 'pending'], index) =>
        `| ${index + 1} | ${subject} | ${waitsFor.join(', ') || 'none'} | ${state} |\n`,
    );
    return `| id | task | waits for | state |\n|---|---|---|---|\n${rows.join('')}`;
  }
}

/** Plays a script, and looks at who worked, the list and the memory; `todos` are of no chain. */
export async function playScript(
  script: Script,
  end: string,
  allowed: string,
  todos: readonly string[] = [],
): Promise<void> {
  const { router, steps, agents } = script;
  const { performances, ...ended } = await router.play(
    'MAIN-CHAIN go',
    [
      { cue: 'MAIN-CHAIN', steps: [...steps, { type: 'text', text: end }] },
      ...agents.map(({ part }) => part),
    ],
    { allowed },
  );
  expect(ended).toMatchObject({ exitCode: 0, stdout: end });
  expect([...performances].filter(([, { done }]) => !done).map(([cue]) => cue)).toEqual([]);
  for (const { name, part } of agents) await checkAgent(router, name, performances.get(part.cue));
  await checkGraph(router, [
    ...script.states(),
    ...todos.map((subject): [string, string[], string] => [subject, [], router.pending]),
  ]);
  await checkMemory(router);
  const progress = await readFile(router.memory('progress.md'), 'utf8');
  expect(progress).toContain(`## Tasks\n${script.table()}`);
}
