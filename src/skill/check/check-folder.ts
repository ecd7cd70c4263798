import { basename, join } from 'node:path';
import { CcMirrorError } from '../../errors.ts';
import { folderOf } from '../catalogue.ts';
import { type CheckOptions, type CheckedPack, checkPack } from './check.ts';
import { findAgents, findSkills } from '../find.ts';
import type { Finding } from './pack-finding.ts';
import { type Pack, readPack } from '../pack.ts';
import { kindOf } from '../install/target.ts';

export interface CheckedFolder {
  id: string;
  /** Null where the pack cannot be installed. */
  pack: Pack | null;
  findings: Finding[];
}

/**
 * Checks what a source names, a shipped pack's id or a folder, also where it cannot be read as a
 * pack. Error: `no-such-path` where there is nothing of a pack.
 */
export async function checkSource(source: string, options: CheckOptions): Promise<CheckedFolder> {
  const folder = folderOf(source);
  try {
    const pack = await readPack(folder, source);
    return { id: pack.id, pack, findings: await checkPack(pack, options) };
  } catch (error) {
    if (!(error instanceof CcMirrorError)) throw error;
    const parts = await partsOf(folder, source);
    const empty = parts.skills.length === 0 && parts.agents.length === 0;
    if (empty && !parts.templates) throw error;

    const findings = await checkPack(parts, options);
    // What is wrong with a text is among the findings; what is wrong with pack.json is not.
    const told = findings.some(
      ({ severity, rule }) => severity === 'error' && (!parts.templates || rule === 'template'),
    );
    const refusal = { severity: 'error', file: '.', line: null, rule: 'pack' } as const;
    if (!told) findings.unshift({ ...refusal, message: error.message });
    return { id: parts.id, pack: null, findings };
  }
}

/** What looks like a skill or an agent in a folder that cannot be read as a pack. */
async function partsOf(folder: string, source: string): Promise<CheckedPack> {
  const agents = await findAgents(folder);
  const skills = await findSkills(folder);
  const rest = ['pack.json', ...skills, ...agents];
  return {
    source,
    id: basename(folder),
    templates: (await kindOf(join(folder, 'pack.json'))) === 'file',
    skills: skills.map((place) => ({
      folder: join(folder, place),
      leaveOut: place === '.' ? rest : [],
    })),
    agents: agents.map((path) => ({ file: join(folder, path) })),
  };
}
