import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newCommandWorld } from './run.ts';

it('does not list rules as enforced if a setting disables hooks', async () => {
  const world = await newCommandWorld();
  const { data } = await world.json(world.quick('one'));
  expect(data.rules).toContain('conductor');
  expect((await world.run(['info', 'one'])).stdout).toMatch(/^ {2}rules +conductor,/m);

  const path = join(data.configDir, 'settings.json');
  const settings: object = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...settings, disableAllHooks: true }));
  expect((await world.json(['info', 'one'])).data.rules).toEqual([]);
  const { stdout } = await world.run(['info', 'one']);
  expect(stdout).toMatch(/^ {2}rules +off: disableAllHooks in .+settings\.json$/m);

  await writeFile(path, 'no JSON');
  expect((await world.json(['info', 'one'])).data.rules).toContain('conductor');
});
