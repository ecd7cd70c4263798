import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RulesConfig } from '../rules/config.ts';
import { hookEvents } from '../rules/events.ts';
import { identityOf } from '../rules/identity.ts';
import { shQuote } from '../launcher/quote.ts';
import { type Undo, writeAtomic } from './atomic.ts';
import type { PackRecord } from './record.ts';

/** Hooks in the form of settings.json: event → list of a matcher and what is run. */
export type HookEntries = Record<
  string,
  { matcher: string; hooks: { type: 'command'; command: string; timeout: number }[] }[]
>;

/** Built beside the program: one file that needs nothing else. `src` and `dist` lie equally deep. */
const shippedProgram = fileURLToPath(new URL('../../dist/rules.cjs', import.meta.url));
const program = 'rules.cjs';
const config = 'rules.json';

/** Seconds; a run takes a twentieth of one. */
const timeout = 10;

/** What the rules' program is told but for the tool that starts workers, which a run shows. */
export type Rules = Omit<RulesConfig, 'tool'>;

/** The rules that packs ask for; null where they ask for none. */
export function rulesOf(packs: readonly PackRecord[], claudeVersion: string): Rules | null {
  const rules: RulesConfig['rules'] = {};
  for (const { hooks, skills, agents } of packs) {
    for (const name of hooks) {
      const before = rules[name] ?? { skills: [], agents: [] };
      rules[name] = {
        skills: [...before.skills, ...skills],
        agents: [...before.agents, ...agents],
      };
    }
  }
  if (Object.keys(rules).length === 0) return null;
  return { rules, identity: identityOf(claudeVersion) };
}

/**
 * The hooks that call the rules' program in `folder`. Claude Code hands a command to a POSIX
 * shell, on Windows to that of Git, which takes paths with slashes.
 */
export function hookEntries(
  rules: Pick<RulesConfig, 'rules'> | null,
  { node, folder, platform }: { node: string; folder: string; platform: NodeJS.Platform },
): HookEntries {
  if (rules === null) return {};
  const slashed = (path: string): string =>
    platform === 'win32' ? path.replaceAll('\\', '/') : path;
  const command = [node, `${folder}/${program}`].map((path) => shQuote(slashed(path))).join(' ');
  const entries: HookEntries = {};
  for (const { event, matcher } of hookEvents(rules.rules)) {
    (entries[event] ??= []).push({ matcher, hooks: [{ type: 'command', command, timeout }] });
  }
  return entries;
}

/** Writes the rules' program and what it is told into `folder`; without rules, removes both. */
export async function placeRules(
  rules: RulesConfig | null,
  folder: string,
  undo: Undo,
): Promise<void> {
  const paths = { program: join(folder, program), config: join(folder, config) };
  await undo.keep(paths.program);
  await undo.keep(paths.config);
  if (rules === null) {
    await rm(folder, { recursive: true, force: true });
    return;
  }
  await writeAtomic(paths.program, await readFile(shippedProgram));
  await writeAtomic(paths.config, `${JSON.stringify(rules, null, 2)}\n`);
}
