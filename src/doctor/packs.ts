import { join } from 'node:path';
import type { OwnedValues } from '../config/merge.ts';
import { readIfThere } from '../disk/atomic.ts';
import { isThere } from '../disk/paths.ts';
import { checkPaths } from '../skill/record.ts';
import { inspectTarget } from '../skill/target.ts';
import { hooksMissing, rulesProgram } from '../variant/hooks.ts';
import * as z from '../zod.ts';
import { readConfig } from './configuration.ts';
import { type Finding, error, ok, warning } from './finding.ts';
import { missingProgram } from './helper-program.ts';
import { type Subject, fixCommand } from './subject.ts';

const reinstall = { kind: 'reinstall' } as const;

/** The files of skills and agents: ours, edited by the user, or gone. */
export async function checkPacks(subject: Subject): Promise<Finding[]> {
  const { record, places } = subject;
  const findings: Finding[] = [];
  const edited: string[] = [];
  for (const { into, name, files } of [
    ...record.skills.map((skill) => ({ into: places.skills, ...skill })),
    { into: places.agents, name: '', files: record.agents },
  ]) {
    checkPaths({ name, files });
    for (const { path, sha256 } of files) {
      const found = await inspectTarget(into, name, path);
      const file = join(into, name, path);
      if (found.kind === 'free') {
        findings.push(warning('packs', `${file} is gone`, fixCommand(subject), reinstall));
      } else if (found.kind !== 'file' || found.sha256 !== sha256) edited.push(file);
    }
  }
  if (edited.length > 0) findings.push(ok('packs', `edited by you: ${edited.join(', ')}`));
  if (findings.length > 0) return findings;
  const names = [
    ...record.skills.map(({ name }) => name),
    ...record.agents.map(({ path }) => path.replace(/\.md$/, '')),
  ];
  return [ok('packs', names.join(', ') || 'none')];
}

/** The rules of packs: their program, what it is told, and the hooks that call it. */
export async function checkRules(subject: Subject): Promise<Finding[]> {
  const { record, places } = subject;
  const names = new Set(record.packs.flatMap(({ hooks }) => hooks));
  if (!record.choices.rules || names.size === 0) return [];
  const next = fixCommand(subject);
  const findings: Finding[] = [];
  for (const path of [join(places.hooks, rulesProgram), join(places.hooks, 'rules.json')]) {
    if (await isThere(path)) continue;
    findings.push(error('rules', `${path} is gone`, next, reinstall));
  }
  await readConfig(places.settings);
  const settings = (await readIfThere(places.settings)) ?? '{}';
  const owned = record.owned['settings.json'] ?? {};
  for (const message of hooksMissing(settings, owned)) {
    findings.push(warning('rules', message, next, reinstall));
  }
  const program = await missingProgram(commandIn(owned));
  if (findings.length === 0 && program !== null) {
    findings.push(error('rules', `hooks are run by ${program}, which is gone`, next, reinstall));
  }
  return findings.length > 0 ? findings : [ok('rules', [...names].join(', '))];
}

const hooksSchema = z.array(z.object({ hooks: z.array(z.object({ command: z.string() })) }));

/** The command of our hooks; all of them have the same. */
function commandIn(owned: OwnedValues): string {
  const lists = Object.entries(owned).filter(([key]) => key.startsWith('hooks.'));
  const entries = lists.flatMap(([, list]) => hooksSchema.safeParse(list).data ?? []);
  return entries[0]?.hooks[0]?.command ?? '';
}
