import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SkillMarkdown } from '../text/links.ts';
import { type InstalledSkill, checkPaths } from './installed-skill.ts';
import { inspectTarget } from './target.ts';

/** The state of files that we wrote; `edited` also if only some of them are missing. */
export type InstalledState = 'ours' | 'edited' | 'missing';

/**
 * Compares the files of a record with those below `into`, and reads the Markdown among them.
 * @throws {CcMirrorError} `invalid-record`
 */
export async function inspectInstalled(
  into: string,
  installed: InstalledSkill,
): Promise<{ state: InstalledState; texts: SkillMarkdown[] }> {
  checkPaths(installed);
  const { name, files } = installed;
  const states = new Set<InstalledState>();
  const texts: SkillMarkdown[] = [];
  for (const { path, sha256 } of files) {
    const found = inspectTarget(into, name, path);
    if (found.kind === 'free') states.add('missing');
    else states.add(found.kind === 'file' && found.sha256 === sha256 ? 'ours' : 'edited');
    if (found.kind !== 'file' || !path.endsWith('.md')) continue;
    texts.push({ path, text: await readFile(join(into, name, path), 'utf8') });
  }
  const [only] = states;
  return { state: states.size === 1 && only !== undefined ? only : 'edited', texts };
}
