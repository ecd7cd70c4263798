import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import {
  type MemoryKind,
  memoryKinds,
  memoryTemplate,
} from '../../../../src/rules/checks/memory.ts';
import { healFiles, memoryKindOf, memoryPath } from '../../../../src/rules/checks/memory-files.ts';
import { temporaryFolder } from '../../../support/folder.ts';

let root = '';
let project = '';
beforeEach(() => {
  root = temporaryFolder();
  project = join(root, 'project');
  mkdirSync(project);
});

const folder = (): string => join(project, '.cc-mirror', 'router');

const failures = (kind: MemoryKind): string => healFiles(project, [kind]).failures.join();

it('creates missing files once', () => {
  expect(healFiles(project, memoryKinds)).toEqual({
    healed: memoryKinds.map((kind) => ({ path: memoryPath(project, kind), sections: null })),
    failures: [],
  });
  expect(readFileSync(memoryPath(project, 'context'), 'utf8')).toBe(memoryTemplate('context'));
  expect(healFiles(project, memoryKinds)).toEqual({ healed: [], failures: [] });
  expect(readdirSync(folder())).toEqual(['context.md', 'patterns.md', 'progress.md']);
});

it('adds sections and keeps every byte and the permissions', () => {
  mkdirSync(folder(), { recursive: true });
  const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0xff, 0xfe, 0x41, 0x0d, 0x0a, 0xc3]);
  writeFileSync(memoryPath(project, 'patterns'), bytes);
  // More than the usual umask allows.
  chmodSync(memoryPath(project, 'patterns'), 0o662);
  expect(healFiles(project, ['patterns']).healed).toEqual([
    { path: memoryPath(project, 'patterns'), sections: ['Common Gotchas'] },
  ]);
  const healed = readFileSync(memoryPath(project, 'patterns'));
  expect(healed.subarray(0, bytes.length)).toEqual(bytes);
  expect(healed.subarray(bytes.length).toString()).toBe('\r\n\r\n## Common Gotchas\r\n\r\n');
  expect(statSync(memoryPath(project, 'patterns')).mode & 0o777).toBe(0o662);
  expect(readdirSync(folder())).toEqual(['patterns.md']);
});

it.skipIf(process.platform === 'win32')('follows only links within the project', () => {
  mkdirSync(folder(), { recursive: true });
  writeFileSync(join(project, 'notes.md'), 'mine\n');
  symlinkSync(join(project, 'notes.md'), memoryPath(project, 'patterns'));
  healFiles(project, ['patterns']);
  expect(readFileSync(join(project, 'notes.md'), 'utf8')).toBe('mine\n\n## Common Gotchas\n\n');
  expect(lstatSync(memoryPath(project, 'patterns')).isSymbolicLink()).toBe(true);

  writeFileSync(join(root, 'outside.md'), 'theirs\n');
  symlinkSync(join(root, 'outside.md'), memoryPath(project, 'progress'));
  expect(failures('progress')).toMatch('leads out of the project');
  expect(readFileSync(join(root, 'outside.md'), 'utf8')).toBe('theirs\n');
});

it.skipIf(process.platform === 'win32')(
  'creates nothing in a folder that leads out of the project',
  () => {
    mkdirSync(join(root, 'outside'));
    symlinkSync(join(root, 'outside'), join(project, '.cc-mirror'));
    expect(() => healFiles(project, memoryKinds)).toThrow('leads out of the project');
    expect(existsSync(join(root, 'outside', 'router'))).toBe(false);
  },
);

it('does not change what is not a text file', () => {
  mkdirSync(memoryPath(project, 'context'), { recursive: true });
  expect(failures('context')).toMatch('is not a file');
  writeFileSync(memoryPath(project, 'patterns'), Buffer.from('a\0b\0', 'latin1'));
  expect(failures('patterns')).toMatch('is not text in UTF-8');
});

it('creates the other files if one fails', () => {
  mkdirSync(memoryPath(project, 'context'), { recursive: true });
  expect(healFiles(project, memoryKinds)).toEqual({
    healed: [
      { path: memoryPath(project, 'patterns'), sections: null },
      { path: memoryPath(project, 'progress'), sections: null },
    ],
    failures: [`${memoryPath(project, 'context')} was not completed: it is not a file`],
  });
});

it('recognises its files by their paths', () => {
  expect(memoryKindOf('/p', '/p/.cc-mirror/router/context.md')).toBe('context');
  expect(memoryKindOf('/p', '/p/.cc-mirror/router/other.md')).toBeNull();
  expect(memoryKindOf('/p', '/q/.cc-mirror/router/context.md')).toBeNull();
});
