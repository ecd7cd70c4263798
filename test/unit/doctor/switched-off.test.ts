import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Finding } from '../../../src/doctor/finding.ts';
import type { World } from '../variant/world.ts';
import { look, newPatient } from './look.ts';

async function rulesIn(world: World): Promise<Pick<Finding, 'level' | 'message'>[]> {
  const { variants } = await look(world);
  return variants
    .flatMap(({ findings }) => findings)
    .filter(({ check }) => check === 'rules')
    .map(({ level, message }) => ({ level, message }));
}

it('reports that rules are off if the variant’s settings disable hooks', async () => {
  const { world, record } = await newPatient({ skills: ['orchestration'] });
  expect(await rulesIn(world)).toMatchObject([{ level: 'ok' }]);
  const path = join(record.configDir, 'settings.json');
  const settings: object = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...settings, disableAllHooks: true }));
  expect(await rulesIn(world)).toEqual([
    { level: 'warning', message: `disableAllHooks in ${path}: rules are off in sessions of one` },
  ]);
});

it.each(['settings.json', 'settings.local.json'])(
  'reports that rules are off if the project’s %s disables hooks',
  async (file) => {
    const { world } = await newPatient({ skills: ['orchestration'] });
    const folder = join(world.root, 'projects', 'mine');
    const path = join(folder, '.claude', file);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, '{"disableAllHooks": false}');
    expect(await rulesIn(world)).toMatchObject([{ level: 'ok' }]);
    await writeFile(path, '{"disableAllHooks": true}');
    expect(await rulesIn(world)).toEqual([
      {
        level: 'warning',
        message: `disableAllHooks in ${path}: rules are off in sessions of one in ${folder}`,
      },
    ]);
  },
);
