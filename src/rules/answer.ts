import { homedir } from 'node:os';
import { join } from 'node:path';
import { edgesOf } from '../task/graph.ts';
import { readTaskList, taskFolders } from '../task/read-list.ts';
import { type SkillSwitch, skillSwitch } from './skill-switch.ts';
import { changedFile, fileTools, refuseConductor } from './checks/conductor.ts';
import type { RulesConfig } from './config.ts';
import { addedEdges, parseEdges, refuseCycle } from './checks/dependencies.ts';
import { demandOf } from './checks/demands.ts';
import type { HookInput, ToolCall, WorkerStop } from './hook-input.ts';
import { healFiles, memoryKindOf, tellHealed } from './checks/memory-files.ts';
import { type MemoryKind, memoryKinds } from './checks/memory.ts';
import type { RuleName } from './rule-names.ts';
import type { SessionState } from './state.ts';
import { type Caller, callerByTranscript, finalMessage } from './transcript.ts';
import { refuseWorker } from './checks/worker.ts';

/** The answer to Claude Code. In `tell`, `context` is for the model and `message` for the user. */
export type Answer =
  | { kind: 'nothing' }
  | { kind: 'deny' | 'block'; reason: string }
  | { kind: 'tell'; context: string | null; message: string | null };

/** What the rules read and change, apart from an event's input. */
export interface World {
  config: RulesConfig;
  state: SessionState;
  env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  now: number;
}

const nothing: Answer = { kind: 'nothing' };

/** Milliseconds until an allowed call has certainly finished. */
const callTime = 10_000;

/** Records what an event says about the session, and answers it by the active rules. */
export function answer(input: HookInput, world: World): Answer {
  switch (input.kind) {
    case 'before-tool': {
      const reason = refusal(input, world);
      return reason === null ? nothing : { kind: 'deny', reason };
    }
    case 'after-tool':
    case 'prompt': {
      if (input.kind === 'after-tool') world.state.take(`edges.${input.callId}`);
      const change = noteSkill(input, world);
      const { healed, failures } = heal(input, change, world);
      const told = [...healed.map(tellHealed), ...notesFor(input, world)];
      if (told.length === 0 && failures.length === 0) return nothing;
      const context = told.join('\n\n') || null;
      const message = failures.join('; ') || null;
      return { kind: 'tell', context, message };
    }
    case 'worker-start':
      if (demandOf(input.agentType, world.config.rules) !== null) {
        world.state.set(`agent.${input.agentId}`, input.agentType);
      }
      return nothing;
    case 'worker-stop':
      return review(input, world);
    case 'other':
      return nothing;
  }
}

/** The active skill that puts a rule in force in this session; null if there is none. */
function activeSkill(name: RuleName, { config, state }: World): string | null {
  const skills = config.rules[name]?.skills ?? [];
  return skills.find((skill) => state.read(`skill.${skill}`) !== null) ?? null;
}

function refusal(call: ToolCall, world: World): string | null {
  const { config, env } = world;
  const { tool } = config;
  const folders = { project: projectOf(call, env), config: configOf(env) };
  const skill = activeSkill('conductor', world);
  const forConductor = skill && refuseConductor(call, { ...folders, tool, skill });
  if (forConductor && callerOf(call, world) === 'main') return forConductor;
  const forWorker = activeSkill('worker', world) && refuseWorker(call);
  if (forWorker && callerOf(call, world) === 'worker') return forWorker;
  return config.rules.dependencies ? cycle(call, world) : null;
}

/** The list does not show the edges of concurrent calls yet, so each call shares its own. */
function cycle(call: ToolCall, { state, env, now }: World): string | null {
  const added = addedEdges(call);
  if (added.length === 0) return null;
  const own = `edges.${call.callId}`;
  state.set(own, JSON.stringify(added));
  const others = state.names().filter((name) => name.startsWith('edges.') && name !== own);
  const concurrent = others.flatMap((name) => {
    const other = state.read(name);
    if (other === null) return [];
    const edges = Math.abs(now - other.at) > callTime ? null : parseEdges(other.text);
    if (edges === null) state.take(name);
    return edges ?? [];
  });
  const tasks = readTaskList(taskFolders(configOf(env), env, call.session));
  const reason = refuseCycle([...edgesOf(tasks), ...concurrent], added);
  if (reason !== null) state.take(own);
  return reason;
}

function callerOf(call: ToolCall, { config }: World): Caller {
  if (call.agentId !== null) return 'worker';
  return config.identity === 'agent-id' ? 'main' : callerByTranscript(call);
}

/** A worker that loads a skill does not activate it for the session. */
function noteSkill(input: HookInput, world: World): SkillSwitch | null {
  const { config, state } = world;
  const skills = Object.values(config.rules).flatMap((rule) => rule.skills);
  const change = skillSwitch(input, new Set(skills));
  if (change === null) return null;
  if (input.kind === 'after-tool' && callerOf(input, world) === 'worker') return null;
  const name = `skill.${change.skill}`;
  if (change.on) state.set(name, '');
  else state.take(name);
  return change;
}

/** Heals all memory files when their skill is loaded, and one file after a change to it. */
function heal(
  input: HookInput,
  change: SkillSwitch | null,
  world: World,
): ReturnType<typeof healFiles> {
  const skills = world.config.rules.memory?.skills ?? [];
  const project = projectOf(input, world.env);
  let kinds: readonly MemoryKind[] = [];
  if (change?.on && skills.includes(change.skill)) {
    kinds = memoryKinds;
  } else if (input.kind === 'after-tool' && fileTools.includes(input.tool)) {
    const file = changedFile(input);
    const kind = file === null ? null : memoryKindOf(project, file);
    if (kind !== null && activeSkill('memory', world) !== null) kinds = [kind];
  }
  return kinds.length === 0 ? { healed: [], failures: [] } : healFiles(project, kinds);
}

/** The notes for the main session; workers do not get them. */
function notesFor(input: HookInput, world: World): string[] {
  const { state } = world;
  const names = state.names().filter((name) => name.startsWith('note.'));
  if (names.length === 0) return [];
  if (input.kind === 'after-tool' && callerOf(input, world) !== 'main') return [];
  return names.map((name) => state.take(name)).filter((text) => text !== null);
}

/** Asks a worker once for what its final message lacks. The second time, the conductor is told. */
function review(stop: WorkerStop, world: World): Answer {
  const { state, config } = world;
  const type = stop.agentType ?? state.read(`agent.${stop.agentId}`)?.text ?? null;
  const demand = type === null ? null : demandOf(type, config.rules);
  if (demand === null || activeSkill(demand.rule, world) === null) return nothing;
  const asked = `asked.${stop.agentId}`;
  const before = state.read(asked);
  const { text, entry } = messageOf(stop, before?.text ?? null);
  const missing = demand.missing(text);
  if (missing.length > 0 && state.claim(asked, entry)) {
    return { kind: 'block', reason: demand.ask(missing) };
  }
  state.take(asked);
  if (missing.length === 0) return nothing;
  const note = `The worker ${stop.agentId} (${type}) was asked once and ended with an incomplete final message. Missing or wrong: ${missing.join('; ')}.`;
  state.set(`note.${stop.agentId}`, `${note} Check its work yourself before you build on it.`);
  return { kind: 'tell', context: null, message: note };
}

/** `seen` is the last entry of the message that the worker was asked to complete. */
function messageOf(stop: WorkerStop, seen: string | null): { text: string; entry: string } {
  if (stop.finalMessage !== null) return { text: stop.finalMessage, entry: '' };
  const read = stop.agentTranscript === null ? null : finalMessage(stop.agentTranscript, seen);
  if (read !== null) return read;
  if (seen !== null) return { text: '', entry: '' };
  throw new Error(`the final message of the worker ${stop.agentId} is not in its transcript`);
}

function configOf(env: World['env']): string {
  return env['CLAUDE_CONFIG_DIR'] ?? join(homedir(), '.claude');
}

function projectOf({ cwd }: HookInput, env: World['env']): string {
  return env['CLAUDE_PROJECT_DIR'] || cwd;
}
