import { join } from 'node:path';
import type { OwnedValues } from '../../config/merge.ts';
import { readIfExists, exists } from '../../disk/sync-read.ts';
import { checkPaths } from '../../skill/install/installed-skill.ts';
import type { VariantRecord } from '../../variant/record.ts';
import { inspectTarget } from '../../skill/install/target.ts';
import { hooksMissing, hooksOff } from '../../variant/hooks.ts';
import { rulesPaths } from '../../variant/layout.ts';
import * as z from '../../zod.ts';
import { leadsOut, readConfig } from './check-configuration.ts';
import { type Found, error, goneText, ok, reinstall, warning } from '../finding.ts';
import { missingProgram } from '../helper-program.ts';
import { type CheckContext, fixCommand } from '../check-context.ts';

/** The files of skills and agents: ours, edited by the user, or gone. */
export async function checkPacks(context: CheckContext): Promise<Found[]> {
  const { record, places } = context;
  // If the whole configuration is elsewhere, its own check reports it.
  const within = leadsOut(places.config, places.folder) === null;
  const folders = within ? [places.skills, places.agents] : [];
  const findings = folders.flatMap((folder) => checkLink(folder, context));
  const linked = findings.length > 0;
  const edited: string[] = [];
  const gone: string[] = [];
  for (const { into, name, files } of partsOf(context)) {
    checkPaths({ name, files });
    if (linked && leadsOut(into, places.folder) !== null) continue;
    for (const { path, sha256 } of files) {
      const found = inspectTarget(into, name, path);
      const file = join(into, name, path);
      if (found.kind === 'free') gone.push(file);
      else if (found.kind !== 'file' || found.sha256 !== sha256) edited.push(file);
    }
  }
  if (gone.length > 0) findings.push(warning(goneText(gone, 'files of packs'), reinstall));
  if (edited.length > 0) findings.push(ok(`edited by you: ${edited.join(', ')}`));
  if (findings.length > 0) return findings;
  const names = [
    ...record.skills.map(({ name }) => name),
    ...record.agents.map(({ path }) => path.replace(/\.md$/, '')),
  ];
  return [ok(names.join(', ') || 'none')];
}

function partsOf({
  record,
  places,
}: CheckContext): { into: string; name: string; files: VariantRecord['agents'] }[] {
  return [
    ...record.skills.map((skill) => ({ into: places.skills, ...skill })),
    { into: places.agents, name: '', files: record.agents },
  ];
}

/** A folder of skills or agents that is a link out of the variant, where no pack is written. */
function checkLink(folder: string, context: CheckContext): Found[] {
  const real = leadsOut(folder, context.places.folder);
  if (real === null) return [];
  const missing = new Set<string>();
  for (const { into, name, files } of partsOf(context).filter((part) => part.into === folder)) {
    for (const { path } of files) {
      if (!exists(join(into, name, path))) missing.add(name || path);
    }
  }
  const message = `${folder} is a link to ${real}, outside the variant, and is skipped`;
  if (missing.size === 0) return [ok(message)];
  return [
    warning(
      `${message}; it lacks ${[...missing].join(', ')}`,
      `Replace the link by a folder, then: ${fixCommand(context)}`,
    ),
  ];
}

/** The rules of packs: their program, its input and the hooks that call it. */
export async function checkRules(context: CheckContext): Promise<Found[]> {
  const { record, places } = context;
  const names = new Set(record.packs.flatMap(({ hooks }) => hooks));
  if (!record.choices.rules || names.size === 0) return [];
  const findings: Found[] = [];
  const { program: rules, config } = rulesPaths(places.hooks);
  for (const path of [rules, config]) {
    if (!exists(path)) findings.push(error(`${path} is gone`, reinstall));
  }
  readConfig(places.settings);
  findings.push(...switchedOff(context));
  const settings = readIfExists(places.settings) ?? '{}';
  const owned = record.owned['settings.json'] ?? {};
  for (const message of hooksMissing(settings, owned)) {
    findings.push(warning(message, reinstall));
  }
  const program = missingProgram(commandIn(owned));
  if (findings.length === 0 && program !== null) {
    findings.push(error(`${program}, which runs the hooks, is gone`, reinstall));
  }
  return findings.length > 0 ? findings : [ok([...names].join(', '))];
}

/** The setting that turns all hooks off, in the variant or the project. */
function switchedOff({ record, places, shared }: CheckContext): Found[] {
  const findings: Found[] = [];
  const inProject = ['settings.json', 'settings.local.json'].map((file) =>
    join(shared.folder, '.claude', file),
  );
  for (const path of [places.settings, ...inProject]) {
    if (!hooksOff(path)) continue;
    const where = path === places.settings ? '' : ` in ${shared.folder}`;
    const message = `disableAllHooks in ${path}: rules are off in sessions of ${record.name}${where}`;
    findings.push(warning(message, 'Remove it from that file to turn the rules on.'));
  }
  return findings;
}

const hooksSchema = z.array(z.object({ hooks: z.array(z.object({ command: z.string() })) }));

/** The command that all our hooks share. */
function commandIn(owned: OwnedValues): string {
  const lists = Object.entries(owned).filter(([key]) => key.startsWith('hooks.'));
  const entries = lists.flatMap(([, list]) => hooksSchema.safeParse(list).data ?? []);
  return entries[0]?.hooks[0]?.command ?? '';
}
