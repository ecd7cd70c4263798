import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Allowed, differencesBetween } from '../../corpus/differences.ts';
import { temporaryFolder } from '../../support/folder.ts';

const SIZE = 1024 * 1024 + 100;
const allowed: Allowed[] = [
  { position: 10, length: 4, why: 'edit' },
  { position: SIZE - 20, length: 20, why: 'signature' },
];

async function compare(change: (bytes: Buffer) => Buffer) {
  const folder = temporaryFolder();
  const bytes = Buffer.alloc(SIZE, 'a');
  const [published, built] = [join(folder, 'published'), join(folder, 'built')];
  await writeFile(published, bytes);
  await writeFile(built, change(Buffer.from(bytes)));
  return differencesBetween(published, built, allowed);
}

const none = { edit: 0, bytecode: 0, signature: 0, elsewhere: 0, first: null };

test('equal files', async () => {
  expect(await compare((bytes) => bytes)).toEqual(none);
});

test('bytes count by why they may differ', async () => {
  const found = await compare((bytes) => {
    bytes.fill('b', 11, 14);
    return bytes.fill('b', SIZE - 20);
  });
  expect(found).toEqual({ ...none, edit: 3, signature: 20 });
});

test('the first byte that must not differ is told, on either side of a block', async () => {
  const found = await compare((bytes) => bytes.fill('b', 1024 * 1024 - 1, 1024 * 1024 + 1));
  expect(found).toEqual({ ...none, elsewhere: 2, first: 1024 * 1024 - 1 });
});

test('what one file has beyond the other differs', async () => {
  const longer = await compare((bytes) => Buffer.concat([bytes, Buffer.from('xyz')]));
  expect(longer).toEqual({ ...none, elsewhere: 3, first: SIZE });
  const shorter = await compare((bytes) => bytes.subarray(0, SIZE - 21));
  expect(shorter).toEqual({ ...none, signature: 20, elsewhere: 1, first: SIZE - 21 });
});
