import { chmod, lstat, mkdir, readdir, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256Of } from '../../../../src/disk/hash.ts';
import { installSkill } from '../../../../src/skill/install/install-skill.ts';
import { type SkillFolder, install, namesTool, skillText, sourceOf, textOf } from '../folder.ts';
import { temporaryFolder, writeTree } from '../../../support/folder.ts';
import { noTargets } from '../../../../src/skill/install/target.ts';

async function source(files: Record<string, string> = {}): Promise<SkillFolder> {
  const folder = temporaryFolder();
  await writeTree(join(folder, 'from/x'), {
    'SKILL.md': skillText('x'),
    'references/a.md': 'Ask `{{worker.tool}}`.',
    'scripts/run.sh': 'echo {{worker.tool}}',
    ...files,
  });
  return {
    name: 'x',
    from: join(folder, 'from/x'),
    into: join(folder, 'config/skills'),
    render: namesTool('Task'),
  };
}

test('copies every file, renders only Markdown, and records the files', async () => {
  const wanted = await source();
  await chmod(join(wanted.from, 'scripts/run.sh'), 0o755);
  const installed = await install(wanted);

  const target = join(wanted.into, 'x');
  expect(await textOf(target, 'SKILL.md')).toBe(skillText('x', 'Use `Task`.'));
  expect(await textOf(target, 'references/a.md')).toBe('Ask `Task`.');
  expect(await textOf(target, 'scripts/run.sh')).toBe('echo {{worker.tool}}');
  expect((await stat(join(target, 'scripts/run.sh'))).mode & 0o111).not.toBe(0);
  expect((await lstat(target)).isSymbolicLink()).toBe(false);
  expect(await readdir(wanted.into)).toEqual(['x']);
  expect(installed.name).toBe('x');
  expect(installed.files.map(({ path }) => path)).toEqual([
    'SKILL.md',
    'references/a.md',
    'scripts/run.sh',
  ]);
  expect(installed.files[1]?.sha256).toBe(sha256Of(Buffer.from('Ask `Task`.')));
  expect(JSON.parse(JSON.stringify(installed))).toEqual(installed);
});

test('copies a skill without templates byte for byte', async () => {
  const wanted = await source({ 'SKILL.md': skillText('x', '{{unknown}}') });
  await install({ ...wanted, render: null });
  expect(await textOf(wanted.into, 'x/SKILL.md')).toBe(skillText('x', '{{unknown}}'));
});

test('adopts an identical skill along with its extra files', async () => {
  const wanted = await source();
  const first = await install(wanted);
  await writeTree(join(wanted.into, 'x'), { 'notes.md': 'mine' });
  expect(await install(wanted)).toEqual(first);
  expect(await textOf(wanted.into, 'x/notes.md')).toBe('mine');
});

test('writes nothing itself', async () => {
  const wanted = await source();
  const { changes } = installSkill(sourceOf(wanted), noTargets);
  await expect(lstat(wanted.into)).rejects.toMatchObject({ code: 'ENOENT' });
  const paths = changes.map((change) => 'path' in change && change.path);
  expect(paths).toContain(join(wanted.into, 'x/SKILL.md'));
});

test('keeps a folder or file of that name that is not ours', async () => {
  const wanted = await source();
  await writeTree(join(wanted.into, 'x'), { 'SKILL.md': 'mine' });
  await expect(install(wanted)).rejects.toMatchObject({ code: 'name-taken' });
  expect(await readdir(join(wanted.into, 'x'))).toEqual(['SKILL.md']);
  expect(await textOf(wanted.into, 'x/SKILL.md')).toBe('mine');

  const other = await source();
  await writeTree(other.into, { x: 'mine' });
  await expect(install(other)).rejects.toMatchObject({ code: 'name-taken' });
  expect(await textOf(other.into, 'x')).toBe('mine');
});

test('neither follows nor replaces a link of that name', async () => {
  const wanted = await source();
  const outside = temporaryFolder();
  await mkdir(wanted.into, { recursive: true });
  for (const to of [outside, join(outside, 'nowhere')]) {
    const into = join(wanted.into, to === outside ? 'a' : 'b');
    await mkdir(into);
    await symlink(to, join(into, 'x'));
    await expect(install({ ...wanted, into })).rejects.toMatchObject({ code: 'name-taken' });
  }
  expect(await readdir(outside)).toEqual([]);
});

test('refuses a source with a link before writing anything', async () => {
  const wanted = await source();
  await symlink('/etc/hostname', join(wanted.from, 'references/link.md'));
  await expect(install(wanted)).rejects.toMatchObject({ code: 'usage' });
  await expect(lstat(wanted.into)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('refuses a source without SKILL.md', async () => {
  const folder = temporaryFolder();
  await writeTree(folder, { 'x/a.md': '' });
  const source = { name: 'x', from: join(folder, 'x'), into: join(folder, 'skills'), render: null };
  await expect(install(source)).rejects.toMatchObject({ code: 'no-such-path' });
});

test('skips the files and folders in leaveOut', async () => {
  const wanted = await source({ 'pack.json': '{}', 'agents/a.md': '', 'agents.md': 'kept' });
  const leaveOut = ['pack.json', 'agents'];
  const { files } = await install({ ...wanted, leaveOut });
  expect(files.map(({ path }) => path)).toEqual([
    'SKILL.md',
    'agents.md',
    'references/a.md',
    'scripts/run.sh',
  ]);
});

test.skipIf(process.platform === 'win32')('refuses a file name with a colon', async () => {
  const wanted = await source({ 'references/a:b.md': '' });
  await expect(install(wanted)).rejects.toMatchObject({ code: 'usage' });
});
