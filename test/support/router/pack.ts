import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import * as z from 'zod';
import type { MessagesRequest } from '../../../src/probe/api.ts';
import type { ToolCall } from '../../../src/probe/messages.ts';
import { callsIn } from '../../../src/skill/text/calls.ts';
import { parseFrontmatter } from '../../../src/skill/text/frontmatter.ts';
import type { Performance } from '../session/cast.ts';
import type { World } from '../claude.ts';
import { type Stage, withStage } from '../session/stage.ts';

export type Call = [name: string, input: ToolCall['input']];

export const routerAgents = [
  'router-component-builder',
  'router-code-reviewer',
  'router-silent-failure-hunter',
  'router-integration-verifier',
  'router-bug-investigator',
  'router-planner',
];

/** The router pack as it is installed in a variant: its texts, and the calls that they show. */
export interface Router extends Stage {
  worker: 'Agent' | 'Task';
  completed: string;
  pending: string;
  /** The oldest builds have no state between the two. */
  inProgress: 'in_progress' | null;
  /** A text of the skill. */
  text(path: string): Promise<string>;
  /** The calls that a text of the skill shows, with their placeholders filled in. */
  calls(path: string, words: Readonly<Record<string, string>>): Promise<Call[]>;
  /** Starts one of the pack's agents with the skill's own template as its prompt. */
  agent(name: string, cue: string, about?: Readonly<Record<string, string>>): Promise<Call>;
  /** A memory file, or another file of the router in the project. */
  memory: (name: string) => string;
  /** Calls that read files of the memory, or edit one. */
  read: (...names: readonly string[]) => Call[];
  edit: (name: string, from: string, to: string) => Call;
  /** The call that reads a reference of the skill. */
  reference: (name: string) => Call;
}

/** Makes a variant with both packs for `act`. */
export async function withRouter<T>(
  world: World,
  name: string,
  args: readonly string[],
  act: (router: Router) => Promise<T>,
): Promise<T> {
  return withStage(world, name, ['--skills', 'orchestration,router', ...args], (stage) => {
    const oldest = stage.data.claudeVersion.startsWith('2.0.');
    const text = (path: string): Promise<string> =>
      readFile(join(stage.configDir, 'skills/router', path), 'utf8');
    const memory = (file: string): string => join(stage.project, '.cc-mirror/router', file);
    const worker = stage.data.probe.tools.includes('Agent') ? 'Agent' : 'Task';
    return act({
      ...stage,
      worker,
      completed: oldest ? 'resolved' : 'completed',
      pending: oldest ? 'open' : 'pending',
      inProgress: oldest ? null : 'in_progress',
      text,
      calls: async (path, words) =>
        callsIn(await text(path)).map(({ tool, input }): Call => [
          tool,
          JSON.parse(filled(JSON.stringify(Object.fromEntries(input ?? [])), words)),
        ]),
      agent: async (agent, cue, about = {}) => {
        const template = /^Task: <id>[^`]*/mu.exec(await text('SKILL.md'))?.[0] ?? '';
        const lines = template.trim().split('\n');
        expect(lines).toHaveLength(10);
        const known: Record<string, string> = { Project: stage.project, ...about };
        const told = lines.map((line) => {
          const label = line.split(':', 1)[0] ?? '';
          return `${label}: ${known[label] ?? 'none'}`;
        });
        return [
          worker,
          {
            description: agent,
            subagent_type: agent,
            run_in_background: false,
            prompt: `${cue}\n${told.join('\n')}`,
          },
        ];
      },
      memory,
      read: (...names) => names.map((name) => ['Read', { file_path: memory(name) }]),
      edit: (name, from, to) => [
        'Edit',
        { file_path: memory(name), old_string: from, new_string: to },
      ],
      reference: (name) => [
        'Read',
        { file_path: join(stage.configDir, `skills/router/references/${name}.md`) },
      ],
    });
  });
}

/** Puts words in the place of `<…>` in a JSON text; unknown ones stay. */
function filled(json: string, words: Readonly<Record<string, string>>): string {
  return json.replaceAll(/<([^<>]+)>/gu, (all, name: string) => {
    const word = words[name];
    return word === undefined ? all : JSON.stringify(word).slice(1, -1);
  });
}

/**
 * Of the calls that a text shows those that make one chain: from the first of its tasks to the
 * next workflow's parent, without tasks of other subjects.
 */
export function callsFrom(
  shown: readonly Call[],
  graph: readonly (readonly [subject: string, ...rest: unknown[]])[],
): Call[] {
  const subjects: unknown[] = graph.map(([subject]) => subject);
  const from = shown.findIndex(([, { subject }]) => subject === subjects[0]);
  if (from === -1) throw new Error(`no call makes ${String(subjects[0])}`);
  const below = shown.slice(from + 1);
  const end = below.findIndex(([, { subject }]) => /^ROUTER [A-Z]+: /u.test(String(subject)));
  return shown
    .slice(from, end === -1 ? undefined : from + 1 + end)
    .filter(([, { subject }]) => subject === undefined || subjects.includes(subject));
}

/** The calls that mark a task as begun, where the build has a state for it. */
export function begin({ inProgress }: Router, ...ids: readonly string[]): Call[] {
  if (inProgress === null) return [];
  return ids.map((taskId) => ['TaskUpdate', { taskId, status: inProgress }]);
}

export function complete({ completed }: Router, ...ids: readonly string[]): Call[] {
  return ids.map((taskId) => ['TaskUpdate', { taskId, status: completed }]);
}

/** An agent's final message; with `issue` it blocks. */
export function contract(status: string, issue?: string): string {
  return [
    `What I did and saw. ${issue ?? ''}`,
    '',
    '### Router Contract',
    `status: ${status}`,
    `blocking: ${issue !== undefined}`,
    `requires_remediation: ${issue !== undefined}`,
    `remediation_reason: ${issue ?? 'none'}`,
    `critical_issues: ${issue === undefined ? 0 : 1}`,
    'memory_notes:',
    '  learnings: Greetings are plain text.',
    '  patterns: none',
    '  verification: none',
  ].join('\n');
}

/** What a request holds, in all its messages. */
export function conversation({ body }: MessagesRequest): string {
  return JSON.stringify(body.messages);
}

/** The names of the tools that a request offers. */
export function offered({ body }: MessagesRequest): string[] {
  return (body.tools ?? []).map(({ name }) => name);
}

/** An agent runs with the tools and the text of its own file, on the model of the session. */
export async function checkAgent(
  { configDir }: Router,
  agent: string,
  performance: Performance | undefined,
): Promise<void> {
  const [first] = performance?.requests ?? [];
  if (first === undefined) throw new Error(`${agent} was not started`);
  const file = parseFrontmatter(await readFile(join(configDir, `agents/${agent}.md`), 'utf8'));
  const { tools: listed } = z.object({ tools: z.string() }).parse(Object.fromEntries(file.fields));
  const tools = listed.split(', ');
  expect({ agent, tools: offered(first).toSorted() }).toEqual({ agent, tools: tools.toSorted() });
  const writes = ['router-component-builder', 'router-bug-investigator', 'router-planner'];
  const writing = offered(first).filter((tool) => /Write|Edit/u.test(tool));
  expect(writing).toEqual(writes.includes(agent) ? expect.arrayContaining(['Edit', 'Write']) : []);
  const { system = '' } = first.body;
  const texts = typeof system === 'string' ? [system] : system.map(({ text }) => text ?? '');
  expect(texts.join('\n')).toContain(file.body.trim());
}

/** Required sections of the memory files. */
const memorySections: Readonly<Record<string, readonly string[]>> = {
  'context.md': [
    'Current Focus',
    'Recent Changes',
    'Next Steps',
    'Decisions',
    'Learnings',
    'References',
    'Blockers',
    'Last Updated',
  ],
  'patterns.md': ['Common Gotchas'],
  'progress.md': ['Current Workflow', 'Tasks', 'Completed', 'Verification', 'Last Updated'],
};

/** The memory files are there, each with all its sections, each once and in order. */
export async function checkMemory(router: Router): Promise<void> {
  for (const [file, sections] of Object.entries(memorySections)) {
    const text = await readFile(router.memory(file), 'utf8');
    const found = [...text.matchAll(/^## (.+?)\r?$/gmu)].map(([, name = '']) => name);
    expect({ file, found: found.filter((name) => sections.includes(name)) }).toEqual({
      file,
      found: sections,
    });
  }
}

/** The task list on disk is this graph, and all of it is of the router's project. */
export async function checkGraph(
  router: Router,
  graph: readonly (readonly [subject: string, waitsFor: readonly string[], status: string])[],
): Promise<void> {
  const stored = await router.tasks();
  expect(
    stored.map(({ subject, blockedBy, status }) => [subject, blockedBy.toSorted(), status]),
  ).toEqual(graph);
  for (const { description } of stored) {
    expect(description.split('\n')[0]).toBe(`Project: ${router.project}`);
  }
}
