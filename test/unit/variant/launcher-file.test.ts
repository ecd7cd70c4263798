import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { posixHead } from '../../../src/launcher/marker.ts';
import {
  checkCommandFree,
  inspectCommand,
  isLauncher,
} from '../../../src/variant/launcher-file.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { failure } from '../../support/failure.ts';

const launcherOf = (variant: string): string => `${posixHead(variant).join('\n')}\nexec x\n`;

let folder: string;
let launcher: string;

beforeEach(async () => {
  folder = temporaryFolder();
  launcher = join(folder, 'bin', 'one');
  await mkdir(join(folder, 'bin'));
  await mkdir(join(folder, 'other'));
});

const path = (): string => ['', '/nowhere', join(folder, 'bin'), `${folder}/other/`].join(':');

type Make = (at: string) => Promise<unknown>;
const nothing: Make = async () => {};
const ours: Make = (at) => writeFile(at, launcherOf('one'));
const oursOfAnother: Make = (at) => writeFile(at, launcherOf('two'));
const foreign: Make = (at) => writeFile(at, '#!/bin/sh\necho hi\n');
const binary: Make = (at) => writeFile(at, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0xff]));
const empty: Make = (at) => writeFile(at, '');
const dangling: Make = (at) => symlink('/nowhere/at/all', at);
const loop: Make = (at) => symlink(at, at);
const linkToOurs: Make = async (at) => {
  await writeFile(join(folder, 'real'), launcherOf('one'));
  await symlink(join(folder, 'real'), at);
};

describe('a command file', () => {
  it.each<[string, Make, object]>([
    ['nothing', nothing, { kind: 'none' }],
    ['a folder', (at) => mkdir(at), { kind: 'none' }],
    ['a link that leads nowhere', dangling, { kind: 'none' }],
    ['a loop of links', loop, { kind: 'foreign' }],
    ['ours', ours, { kind: 'ours', variant: 'one' }],
    ['a link to ours', linkToOurs, { kind: 'ours', variant: 'one' }],
    ['a script', foreign, { kind: 'foreign' }],
    ['a binary', binary, { kind: 'foreign' }],
    ['an empty file', empty, { kind: 'foreign' }],
  ])('is classified: %s', async (_, make, expected) => {
    await make(launcher);
    expect(inspectCommand(launcher)).toEqual(expected);
  });

  it('is foreign if it is unreadable', async ({ skip }) => {
    if (process.getuid?.() === 0) skip('root may read everything');
    await foreign(launcher);
    await chmod(launcher, 0o100);
    expect(inspectCommand(launcher)).toEqual({ kind: 'foreign' });
  });

  it('is classified by its text', () => {
    expect(isLauncher(launcherOf('one'))).toBe(true);
    expect(isLauncher('#!/bin/sh\n')).toBe(false);
  });
});

describe('the launcher’s path', () => {
  it.each<[string, Make]>([
    ['nothing', nothing],
    ['ours', ours],
    ['a link to ours', linkToOurs],
  ])('may hold %s', async (_, make) => {
    await make(launcher);
    expect(() => checkCommandFree('one', launcher, path())).not.toThrow();
  });

  it.each<[string, Make, RegExp]>([
    ['the launcher of another variant', oursOfAnother, /starts the variant two/],
    ['a script', foreign, /not a launcher of cc-mirror/],
    ['a binary', binary, /not a launcher of cc-mirror/],
    ['a folder', (at) => mkdir(at), /not a launcher of cc-mirror/],
    ['a link that leads nowhere', dangling, /not a launcher of cc-mirror/],
    ['a loop of links', loop, /not a launcher of cc-mirror/],
  ])('may not hold %s', async (_, make, words) => {
    await make(launcher);
    const check = (): void => checkCommandFree('one', launcher, path());
    expect(check).toThrow(expect.objectContaining(failure('name-taken', words)));
  });
});

describe('the rest of PATH', () => {
  it.each<[string, Make]>([
    ['nothing', nothing],
    ['a launcher of ours in another folder', ours],
    ['a folder', (at) => mkdir(at)],
    ['a link that leads nowhere', dangling],
  ])('may hold %s', async (_, make) => {
    await make(join(folder, 'other', 'one'));
    expect(() => checkCommandFree('one', launcher, path())).not.toThrow();
  });

  it.each<[string, Make]>([
    ['a script', foreign],
    ['a binary', binary],
  ])('may not hold %s, before or behind our folder', async (_, make) => {
    await make(join(folder, 'other', 'one'));
    for (const order of [path(), path().split(':').toReversed().join(':')]) {
      const check = (): void => checkCommandFree('one', launcher, order);
      const expected = failure('name-taken', /other\/one is another/);
      expect(check).toThrow(expect.objectContaining(expected));
    }
  });

  it('is searched for that name only', async () => {
    await foreign(join(folder, 'other', 'one-two'));
    expect(() => checkCommandFree('one', launcher, path())).not.toThrow();
  });
});
