import { execa } from 'execa';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { helperCommand } from '../../../../src/launcher/helper-command.ts';
import { awkwardFolder } from '../shells.ts';

test('runs a script with any path', async () => {
  const script = join(await awkwardFolder(), 'key.sh');
  await writeFile(script, 'printf sk-1');
  const { stdout } = await execa(helperCommand(script, 'linux'), { shell: true });
  expect(stdout).toBe('sk-1');
});

test('works in cmd and in a POSIX shell on Windows', async () => {
  const command = helperCommand("C:\\a & b's\\key/key.cmd", 'win32');
  expect(command).toBe(`"C:/a & b's/key/key.cmd"`);
  const { stdout } = await execa('sh', ['-c', `printf '<%s>' ${command}`]);
  expect(stdout).toBe("<C:/a & b's/key/key.cmd>");
});
