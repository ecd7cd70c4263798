import { readFile } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { realPlace } from '../../disk/real-paths.ts';
import { realpath } from '../../disk/sync-read.ts';
import { readToEdit } from '../../disk/utf8.ts';
import { fromPackage } from '../../package-root.ts';
import type { ConfigFile, Found } from '../../plan/contents.ts';
import type { PackTargets } from '../../plan/pack-files.ts';
import type { Plan } from '../../plan/plan.ts';
import { readTargets } from '../../skill/install/target.ts';
import { inspectCommand, launcherPaths } from '../../variant/launcher-file.ts';
import type { VariantLayout } from '../../variant/layout.ts';
import { entryOf } from '../../variant/keyring-entries.ts';

/** Built beside the program: one file that needs nothing else. `src` and `dist` lie equally deep. */
const shippedRules = fromPackage('dist', 'rules.cjs');

type Place = Omit<VariantLayout, 'launcher'>;

/** Reads what `planContents` goes by: what is on disk at `place`, and the programs that are copied there. */
export async function readFound(plan: Plan, place: Place): Promise<Found> {
  return {
    settings: configFile(place.settings, place.folder),
    state: configFile(place.state, place.folder),
    ...readPackTargets(plan, place),
    oldLaunchers: await oldLaunchers(plan),
    launcherFolders: [plan.layout, plan.current ?? plan.adopted ?? plan.layout].map(
      ({ launcher }) => dirname(launcher),
    ),
    rulesProgram: plan.rules && (await readFile(shippedRules)),
    keyringProgram: await keyringProgramOf(plan),
  };
}

/**
 * What is on disk where the files of packs go. Folders that lead out of the variant, as those who
 * share their skills have, are not ours to write.
 */
export function readPackTargets(
  { packs: { present }, current, adopted }: Pick<Plan, 'packs' | 'current' | 'adopted'>,
  place: Place,
): Pick<Found, 'packs' | 'notes'> {
  const notes: string[] = [];
  for (const folder of [place.skills, place.agents]) {
    const real = realPlace(folder);
    if (isInside(real, place.folder)) continue;
    notes.push(`${folder} leads to ${real}, outside the variant: no pack is written there`);
  }
  if (notes.length > 0) return { packs: null, notes };
  const recorded = current ?? adopted ?? { skills: [], agents: [] };
  const skills = [...recorded.skills, ...present.flatMap((pack) => pack.skills)];
  const agents = [...recorded.agents, ...present.flatMap((pack) => pack.agents.flatMap(filesOf))];
  const byName = new Map<string, string[]>();
  for (const { name, files } of skills) {
    byName.set(name, [...(byName.get(name) ?? []), ...files.map(({ path }) => path)]);
  }
  const packs: PackTargets = {
    skills: new Map(
      [...byName].map(([name, paths]) => [name, readTargets(place.skills, name, paths)]),
    ),
    agents: readTargets(
      place.agents,
      '',
      agents.map(({ path }) => path),
    ),
  };
  return { packs, notes };
}

function filesOf<T>({ files }: { files: readonly T[] }): readonly T[] {
  return files;
}

function configFile(place: string, folder: string): ConfigFile {
  const text = readToEdit(place);
  const path = text === null ? place : realpath(place);
  return { place, path, text, outside: text !== null && !isInside(path, folder) };
}

/** Where a launcher was elsewhere before, the files that are ours. */
async function oldLaunchers({ name, current, adopted, layout, platform }: Plan): Promise<string[]> {
  const before = (current ?? adopted)?.launcher ?? layout.launcher;
  if (before === layout.launcher) return [];
  const ours: string[] = [];
  for (const path of Object.values(launcherPaths(before, platform))) {
    const command = inspectCommand(path);
    const own = command.kind === 'ours' && command.variant === name;
    if (own || (adopted?.replaceable && path === before)) ours.push(path);
  }
  return ours;
}

async function keyringProgramOf({
  key,
  name,
  provider,
  layout,
}: Plan): Promise<Found['keyringProgram']> {
  if (key.record?.store !== 'keyring') return null;
  const { keyringProgram } = await import('../../provider/keyring-program.ts');
  return keyringProgram(name, entryOf({ name, provider: provider.id }, layout));
}

function isInside(real: string, folder: string): boolean {
  return real.startsWith(`${realPlace(folder)}${sep}`);
}
