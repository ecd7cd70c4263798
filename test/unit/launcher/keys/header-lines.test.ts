import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gitBashLauncher } from '../../../../src/launcher/git-bash.ts';
import { readingHeadersWindows } from '../../../../src/launcher/header-lines.ts';
import { windowsLauncher } from '../../../../src/launcher/windows.ts';
import { awkwardFolder, launch, shells } from '../shells.ts';
import { specOf } from '../spec-of.ts';

const awkward = `Bearer "it's" $HOME \`id\` \\ * %PATH% !x! ^&`;
const text = (value: string) => ({ kind: 'text', text: value }) as const;
const variable = (name: string) => ({ kind: 'variable', text: name }) as const;
const fromShell = [{ name: 'b', parts: [text(awkward), variable('CF_TOKEN'), text('"')] }];

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('%s', (_name, shell) => {
  test.each([
    ['with line ends', `a: ${awkward}\nX-Two: 2\n`],
    ['without the last one', `a: ${awkward}\nX-Two: 2`],
    ['of Windows', `a: ${awkward}\r\nX-Two: 2\r\n`],
  ])('reads headers from a file %s', async (_case, content) => {
    const file = join(await awkwardFolder(), 'headers');
    await writeFile(file, content);
    const { report, stderr } = await launch({
      shell,
      spec: { headers: { file, inFile: 2, fromShell: [] } },
      env: { ANTHROPIC_CUSTOM_HEADERS: 'ambient: 1', ccm_line: 'exported', SHELLOPTS: 'allexport' },
    });
    expect(stderr).toBe('');
    expect(report?.env['ANTHROPIC_CUSTOM_HEADERS']).toBe(`a: ${awkward}\nX-Two: 2`);
    expect(Object.keys(report?.env ?? {}).filter((name) => name.startsWith('ccm_'))).toEqual([]);
  });

  test('adds headers to the preset’s, with variables of the shell', async () => {
    const file = join(await awkwardFolder(), 'headers');
    await writeFile(file, 'a: 1\n');
    const { report, stderr } = await launch({
      shell,
      spec: {
        headers: {
          file,
          inFile: 1,
          fromShell: [...fromShell, { name: 'c', parts: [variable('ANTHROPIC_API_KEY')] }],
        },
        env: { ANTHROPIC_CUSTOM_HEADERS: 'p: 0' },
      },
      // One of the variables is cleared afterwards.
      env: { CF_TOKEN: awkward, ANTHROPIC_API_KEY: 'k', ccm_headers: 'exported' },
    });
    expect(stderr).toBe('');
    expect(report?.env['ANTHROPIC_CUSTOM_HEADERS']?.split('\n')).toEqual([
      'p: 0',
      'a: 1',
      `b: ${awkward}${awkward}"`,
      'c: k',
    ]);
    expect(report?.env).not.toHaveProperty('ccm_headers');
    expect(report?.env).not.toHaveProperty('ANTHROPIC_API_KEY');
  });

  test('starts nothing if they are missing', async () => {
    const file = join(await awkwardFolder(), 'headers');
    const inFile = await launch({ shell, spec: { headers: { file, inFile: 1, fromShell: [] } } });
    expect(inFile).toMatchObject({ exitCode: 1, stdout: '' });
    expect(inFile.stderr).toContain('variant mclaude: its headers are missing at ');
    for (const env of [{}, { CF_TOKEN: '' }]) {
      const spec = { headers: { file, inFile: 0, fromShell } };
      const result = await launch({ shell, spec, env: { ...env, ccm_headers: 'ambient' } });
      expect(result).toMatchObject({ exitCode: 1, stdout: '' });
      expect(result.stderr).toBe(
        'variant mclaude: the variable CF_TOKEN, which its header b needs, is empty or not set in this shell',
      );
    }
  });
});

test('the Git Bash launcher names the file with slashes, and exempts the value from translation', () => {
  const headers = { file: 'C:\\u\\headers', inFile: 1, fromShell: [] };
  const launcher = gitBashLauncher(specOf({ headers }));
  expect(launcher).toContain("done <'C:/u/headers'");
  expect(launcher).toMatch(/MSYS2_ENV_CONV_EXCL=.*;ANTHROPIC_CUSTOM_HEADERS"/);
});

test('the cmd launcher reads each line of the file by its number', () => {
  const headers = { file: 'C:\\u\\headers', inFile: 2, fromShell };
  const lines = readingHeadersWindows({ variant: 'one', headers });
  expect(lines.filter((line) => line.startsWith('for /f'))).toEqual([
    'for /f "usebackq eol=: delims=" %%K in ("C:\\u\\headers") do set "ccm_file_1=%%K" & goto header_1',
    'for /f "usebackq skip=1 eol=: delims=" %%K in ("C:\\u\\headers") do set "ccm_file_2=%%K" & goto header_2',
  ]);
  expect(lines.join('\n')).toContain('set ccm_break=^\n\n\n');
  expect(lines).toContain(
    'if not defined ANTHROPIC_CUSTOM_HEADERS set "ANTHROPIC_CUSTOM_HEADERS=' +
      '!ccm_file_1!!ccm_break!!ccm_file_2!!ccm_break!!ccm_shell_1!"',
  );
  const labels = windowsLauncher(specOf({ headers })).match(/^:\w+/gm) ?? [];
  expect(new Set(labels).size).toBe(labels.length);
});

test('the cmd launcher puts headers of the shell together before it clears their variables', () => {
  const headers = {
    file: 'C:\\u\\headers',
    inFile: 0,
    fromShell: [
      { name: 'a', parts: [variable('A')] },
      { name: 'b', parts: [text('x '), variable('B'), text('%')] },
    ],
  };
  const lines = windowsLauncher(specOf({ headers })).split('\r\n');
  const at = (line: string): number => {
    expect(lines).toContain(line);
    return lines.indexOf(line);
  };
  const order = [
    'if defined A goto has_header_1',
    ':has_header_1',
    'if defined B goto has_header_2',
    'set "ccm_text_1=a: "',
    'set "ccm_text_2=b: "',
    'set "ccm_text_3=x "',
    'set "ccm_text_4=%%"',
    'set "ccm_shell_1=!ccm_text_1!!A!"',
    'set "ccm_shell_2=!ccm_text_2!!ccm_text_3!!B!!ccm_text_4!"',
    'for %%V in (ccm_text_1 ccm_text_2 ccm_text_3 ccm_text_4) do set "%%V="',
    'for %%V in (',
    'for %%V in (ccm_break ccm_shell_1 ccm_shell_2) do set "%%V="',
  ].map(at);
  expect(order).toEqual([...order].sort((a, b) => a - b));
  const delayed = at('setlocal EnableDelayedExpansion');
  expect(delayed).toBeLessThan(at('set "ccm_shell_1=!ccm_text_1!!A!"'));
  expect(lines.filter((line) => line.includes('ccm_file_'))).toEqual([]);
  expect(lines).toContain(
    'if defined ANTHROPIC_CUSTOM_HEADERS set "ANTHROPIC_CUSTOM_HEADERS=' +
      '!ANTHROPIC_CUSTOM_HEADERS!!ccm_break!!ccm_shell_1!!ccm_break!!ccm_shell_2!"',
  );
});
