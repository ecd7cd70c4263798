import { join } from 'node:path';
import { CcMirrorError } from '../../errors.ts';
import type { SkillChange, SkillSource } from './install-skill.ts';
import type { InstalledSkill } from './installed-skill.ts';
import type { Targets } from './target.ts';
import { updateFiles } from './update-skill.ts';

/**
 * Brings the agents in a folder to the state of their source, as `updateSkill` does those of a skill.
 * @throws {CcMirrorError} `name-taken` for a new agent where the user has one of that name; `invalid-record`
 */
export function updateAgents(
  source: Omit<SkillSource, 'name'>,
  recorded: InstalledSkill['files'],
  targets: Targets,
): SkillChange {
  for (const { path, sha256 } of source.files) {
    const state = targets.files.get(path) ?? { kind: 'free' };
    const free = state.kind === 'free' || (state.kind === 'file' && state.sha256 === sha256);
    if (free || recorded.some((file) => file.path === path)) continue;
    throw new CcMirrorError(
      'name-taken',
      `${join(source.into, path)} exists and is not an agent that cc-mirror installed`,
      'Rename or remove it, or leave its pack out (--skills names others, --no-skills none), then run the command again.',
    );
  }
  return updateFiles({ ...source, name: '' }, { name: '', files: recorded }, targets);
}
