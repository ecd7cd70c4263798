import { execa } from 'execa';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { helperCommand } from '../../../src/launcher/helper-command.ts';
import { awkwardFolder } from './shells.ts';

test('runs a script whatever its path', async () => {
  const script = join(await awkwardFolder(), 'key.cjs');
  await writeFile(script, 'process.stdout.write("sk-1")');
  const { stdout } = await execa(helperCommand(process.execPath, script, 'linux'), { shell: true });
  expect(stdout).toBe('sk-1');
});

test('is for cmd, and good in a POSIX shell as well, on Windows', async () => {
  const command = helperCommand('C:\\Program Files\\node.exe', "C:\\a & b's\\key/key.cjs", 'win32');
  expect(command).toBe(`"C:/Program Files/node.exe" "C:/a & b's/key/key.cjs"`);
  const { stdout } = await execa('sh', ['-c', `printf '<%s>' ${command}`]);
  expect(stdout).toBe("<C:/Program Files/node.exe><C:/a & b's/key/key.cjs>");
});
