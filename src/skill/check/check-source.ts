import { basename, join } from 'node:path';
import { CcMirrorError } from '../../errors.ts';
import { folderOf } from '../pack-source.ts';
import { findAgents, findSkills } from '../find.ts';
import { kindOf } from '../install/target.ts';
import { type Pack, otherPartsOf, readPack } from '../pack.ts';
import { type PackFinding, failure } from '../pack-finding.ts';
import { type CheckOptions, type CheckedPack, checkPack } from './check-pack.ts';

export interface CheckedSource {
  id: string;
  /** Null if the pack cannot be installed. */
  pack: Pack | null;
  findings: PackFinding[];
}

/**
 * Checks the pack with a source, a shipped pack's id or a folder, even if it cannot be read as a
 * pack. Error: `no-such-path` if nothing in the folder belongs to a pack.
 */
export async function checkSource(source: string, options: CheckOptions): Promise<CheckedSource> {
  const folder = folderOf(source);
  let pack: Pack;
  try {
    pack = readPack(folder, source);
  } catch (error) {
    if (!(error instanceof CcMirrorError)) throw error;
    const parts = partsOf(folder, source);
    const empty = parts.skills.length === 0 && parts.agents.length === 0;
    if (empty && !parts.templates) throw error;

    const findings = await checkPack(parts, options);
    // The findings cover errors in texts, but not those in pack.json.
    const covered = findings.some(
      ({ severity, rule }) => severity === 'error' && (!parts.templates || rule === 'template'),
    );
    if (!covered) findings.unshift({ file: '.', ...failure('pack', null, error.message) });
    return { id: parts.id, pack: null, findings };
  }
  return { id: pack.id, pack, findings: await checkPack(pack, options) };
}

/** What looks like a skill or an agent in a folder that cannot be read as a pack. */
function partsOf(folder: string, source: string): CheckedPack {
  const [skills, agents] = [findSkills(folder), findAgents(folder)];
  const others = otherPartsOf({ skills, agents });
  return {
    source,
    id: basename(folder),
    templates: kindOf(join(folder, 'pack.json')) === 'file',
    skills: skills.map((path) => ({
      folder: join(folder, path),
      leaveOut: path === '.' ? others : [],
    })),
    agents: agents.map((path) => ({ file: join(folder, path) })),
  };
}
