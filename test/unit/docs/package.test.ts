import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { fromPackage } from '../../../src/package-root.ts';
import { temporaryFolder } from '../../support/folder.ts';

it('brings every page that the README links to', async () => {
  const packing = await execa('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: fromPackage(),
  });
  const [{ files }]: [{ files: { path: string }[] }] = JSON.parse(packing.stdout);
  const packed = new Set(files.map(({ path }) => path));
  const readme = await readFile(fromPackage('README.md'), 'utf8');
  const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path);
  expect(links.length).toBeGreaterThan(5);
  const isPacked = (link: string): boolean =>
    packed.has(link) || [...packed].some((path) => path.startsWith(`${link}/`));
  expect(links.filter((link) => !isPacked(link))).toEqual([]);
});

it('has no scripts that npm would warn about, and the checkout keeps its own', async () => {
  const folder = temporaryFolder();
  for (const file of ['package.json', 'pack.mjs']) await cp(fromPackage(file), join(folder, file));
  const pack = (...words: string[]) => execa('node', ['pack.mjs', ...words], { cwd: folder });
  const manifest = () => readFile(join(folder, 'package.json'), 'utf8');
  const before = await manifest();
  // The second time after a run that was cut off.
  for (const _ of [1, 2]) {
    await pack('strip');
    const published = JSON.parse(await manifest());
    expect(published).not.toHaveProperty('scripts');
    expect(published).not.toHaveProperty('devDependencies');
    expect(published).toMatchObject({ name: 'cc-mirror', bin: { 'cc-mirror': 'dist/cli.js' } });
  }
  await pack();
  expect(await manifest()).toBe(before);
});
