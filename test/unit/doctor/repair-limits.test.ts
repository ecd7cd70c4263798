import {
  appendFile,
  chmod,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { requireVariant } from '../../../src/variant/read-variant.ts';
import { treeOf } from '../../support/folder.ts';
import { rollback, update } from '../variant/world.ts';
import { changeSettings, folderOf, look, mend, newPatient, settingsOf, wrong } from './look.ts';

it('changes nothing if nothing is wrong', async () => {
  const { world } = await newPatient();
  const before = await treeOf(world.root);
  await look(world, { run: true });
  await mend(world);
  expect(await treeOf(world.root)).toEqual(before);
});

it('restores our values and keeps the user’s', async () => {
  const { world, record } = await newPatient();
  const skill = join(record.configDir, 'skills', 'orchestration');
  await appendFile(join(skill, 'SKILL.md'), 'mine');
  await writeFile(join(skill, 'my-notes.md'), 'mine');
  await changeSettings(record, (settings) => {
    settings['autoCompactEnabled'] = false;
    settings['theme'] = 'dark';
    delete settings['env'];
  });
  await rm(record.launcher);
  expect(await mend(world)).toEqual(new Map());
  expect(await readFile(join(skill, 'SKILL.md'), 'utf8')).toMatch(/mine$/);
  expect(await readFile(join(skill, 'my-notes.md'), 'utf8')).toBe('mine');
  const settings = JSON.parse(await readFile(settingsOf(record), 'utf8'));
  expect(settings).toMatchObject({
    autoCompactEnabled: false,
    theme: 'dark',
    env: { DISABLE_AUTOUPDATER: '1' },
  });
  const { variants } = await look(world);
  expect(variants[0]?.findings).toContainEqual(
    expect.objectContaining({
      check: 'packs',
      level: 'ok',
      message: expect.stringMatching(/edited by you/),
    }),
  );
  expect(variants[0]?.findings).toContainEqual(
    expect.objectContaining({
      level: 'ok',
      message: expect.stringMatching(/your own values: autoCompactEnabled/),
    }),
  );
});

it('does not replace another program with the launcher, and says so', async () => {
  const { world, record } = await newPatient();
  await writeFile(record.launcher, '#!/bin/sh\necho mine\n', { mode: 0o755 });
  await rm(join(record.configDir, 'skills', 'orchestration', 'SKILL.md'));
  const failures = await mend(world);
  expect(failures.get('one')).toMatchObject([
    { check: 'repair', level: 'error', message: expect.stringMatching(/not a launcher/) },
  ]);
  expect(await readFile(record.launcher, 'utf8')).toContain('mine');
});

it('does not trust earlier hashes', async () => {
  const { world, record } = await newPatient();
  const { path, sha256 } = record.bundle;
  await chmod(path, 0o644);
  await appendFile(path, '//');
  await chmod(path, 0o555);
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  const state = `${size}:${mtimeNs}:${ctimeNs}`;
  const hashes = join(world.home, '.store', 'hashes.json');
  const known = JSON.parse(await readFile(hashes, 'utf8'));
  known.hashes[`${dev}:${ino}`] = { state, sha256 };
  await writeFile(hashes, JSON.stringify(known));
  expect(await wrong(world)).toMatchObject([{ check: 'bundle' }]);
  await mend(world);
  expect(await wrong(world)).toEqual([]);
});

it('does not change what rollback restores', async () => {
  const { world, record: first } = await newPatient({ teams: false });
  const second = await update(world, { teams: true, prove: false });
  await chmod(second.bundle.path, 0o644);
  await appendFile(second.bundle.path, '//');
  await rm(second.launcher);
  expect(await mend(world)).toEqual(new Map());
  expect(await wrong(world)).toEqual([]);
  const folders = await readdir(join(folderOf(first), 'bundle'));
  expect(folders).not.toContain(basename(dirname(second.bundle.path)));
  expect(requireVariant(world.around.layout, 'one').retired).toEqual([]);
  expect(await rollback(world)).toMatchObject({ state: { record: { bundle: first.bundle } } });
  expect(await wrong(world)).toEqual([]);
});

it('does not offer a rollback to a damaged build', async () => {
  const { world, record } = await newPatient();
  await update(world, { env: { API_TIMEOUT_MS: '1000' }, prove: false });
  await rm(record.bundle.path);
  expect(await mend(world)).toEqual(new Map());
  expect(await wrong(world)).toEqual([]);
  await expect(rollback(world)).rejects.toMatchObject({ code: 'no-such-version' });
});

it('repairs a home that was moved', async () => {
  const { world } = await newPatient();
  const home = `${world.home}-moved`;
  await rename(world.home, home);
  const layout = { ...world.around.layout, home, store: join(home, '.store') };
  const found = await wrong(world, { layout });
  expect(found).toContainEqual(
    expect.objectContaining({
      check: 'configuration',
      message: expect.stringMatching(/it was created for/),
    }),
  );
  expect(await mend(world, { layout })).toEqual(new Map());
  expect(await wrong(world, { layout })).toEqual([]);
});

it('keeps a link that leads out of the variant, and names it once', async () => {
  const { world, record } = await newPatient();
  const shared = join(world.root, 'shared');
  const skills = join(record.configDir, 'skills');
  await rename(skills, shared);
  await symlink(shared, skills);
  const leading = async () =>
    (await look(world)).variants[0]?.findings.filter(({ message }) => message.includes(skills));
  expect(await leading()).toMatchObject([
    {
      check: 'packs',
      level: 'ok',
      message: expect.stringMatching(/is a link to .*shared.* skipped/),
    },
  ]);
  await rm(join(shared, 'orchestration'), { recursive: true });
  expect(await leading()).toMatchObject([
    {
      check: 'packs',
      level: 'warning',
      message: expect.stringMatching(/is skipped; it lacks orchestration$/),
      next: expect.stringMatching(/^Replace the link .*then: cc-mirror doctor one --fix$/),
    },
  ]);
  expect(await wrong(world)).toHaveLength(1);
});

it('reports a missing bundle as one finding', async () => {
  const { world, record } = await newPatient();
  await rm(dirname(record.bundle.path), { recursive: true });
  const bundle = (await wrong(world)).filter(({ check }) => check === 'bundle');
  expect(bundle).toMatchObject([
    { message: expect.stringMatching(/^2 files of the bundle are gone/) },
  ]);
});

it('reports missing files as one finding', async () => {
  const { world, record } = await newPatient({ skills: ['orchestration', 'router'] });
  await rm(join(record.configDir, 'skills'), { recursive: true });
  expect(await wrong(world)).toMatchObject([
    { check: 'packs', message: expect.stringMatching(/^\d+ files of packs are gone: .*SKILL\.md/) },
  ]);
  await mend(world);
  expect(await wrong(world)).toEqual([]);
});
