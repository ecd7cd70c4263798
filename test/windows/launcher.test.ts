import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type WindowsMachine, startWindows } from '../support/windows/machine.ts';
import { type WindowsWorld, makeFake, withWindows } from '../support/windows/world.ts';

let machine: WindowsMachine;
beforeAll(async () => {
  machine = await startWindows();
});
afterAll(() => machine?.stop());

/** A variant with a key, and what its launcher is. */
async function makeVariant(
  world: WindowsWorld,
  home = world.home,
  baseUrl = 'https://api.example',
): Promise<string> {
  const { status, document } = await world.ccMirror(
    [
      ...`quick one --provider custom --base-url ${baseUrl} --model some-model`.split(' '),
      ...'--api-key-env TEST_KEY --no-probe --from'.split(' '),
      await makeFake(world, '2.1.16'),
    ],
    { environment: { CC_MIRROR_HOME: home, TEST_KEY: 'key%PATH%!x!^&"z"(y)=100%' } },
  );
  expect({ status, error: document.error }).toEqual({ status: 0, error: undefined });
  return document.data.launcher;
}

/** The list of a project whose path has these letters only: what src/launcher/task-list.ts promises. */
function listAt(path: string): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789_\\-. ()';
  let sum = 0;
  for (const one of path.replace(':', '').toLowerCase()) {
    sum = (sum * 131 + letters.indexOf(one)) % 15_485_863;
  }
  return `one-${path.slice(path.lastIndexOf('\\') + 1)}-${sum}`;
}

describe('the Windows launcher', () => {
  it('hands on arguments as they are typed', () =>
    withWindows(machine, async (world) => {
      const launcher = await makeVariant(world);
      const asked = async (line: string): Promise<string[]> => {
        const { status, stdout, stderr } = await world.launch(launcher, `args ${line}`);
        expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
        return JSON.parse(stdout);
      };
      const lines: [string, string[]][] = [
        ['', []],
        ['-p "a b" c', ['-p', 'a b', 'c']],
        ['"" ""', ['', '']],
        ['!PATH! "!x!" wow!', ['!PATH!', '!x!', 'wow!']],
        ['"a^b" "c & d" "e | f" "<g>" "(h)"', ['a^b', 'c & d', 'e | f', '<g>', '(h)']],
        ['(a) [b] {c} a=b c,d;e', ['(a)', '[b]', '{c}', 'a=b', 'c,d;e']],
        [String.raw`"say \"hi\" now" C:\x\ "C:\a b\\"`, ['say "hi" now', 'C:\\x\\', 'C:\\a b\\']],
        ['"Zoë 雪 🙂" naïve', ['Zoë 雪 🙂', 'naïve']],
        ['/? /c --help', ['/?', '/c', '--help']],
        ["it's 'one' `two`", ["it's", "'one'", '`two`']],
        ['5" pipe', ['5 pipe']],
      ];
      for (const [line, wanted] of lines) expect.soft(await asked(line), line).toEqual(wanted);
      // What cmd itself does to every batch file: it puts in the value of a variable whose name
      // is typed between percent signs (wine, other than Windows, drops names and signs that mean
      // nothing), and reads what stands outside of quotes a second time, in the launcher's line.
      expect(await asked('%SystemDrive%')).toEqual(['C:']);
      expect(await asked('a^^b')).toEqual(['ab']);
      expect((await world.launch(launcher, 'args a ^& echo b')).stdout).toMatch(/^\["a"\]\s*b\s*$/);
    }));

  it('hands on the exit code and its input', () =>
    withWindows(machine, async (world) => {
      const launcher = await makeVariant(world);
      for (const code of [0, 1, 7, 130, 255, 3221225786]) {
        expect((await world.launch(launcher, `exit ${code}`)).status).toBe(code);
      }
    }));

  // No percent signs: wine, other than Windows, looks for variables in the values of variables.
  it.each([
    'spaces and  more',
    'bang! !x!',
    'hat ^ and & (brackets) [b] {c}',
    "it's, a; b=c + @ ~ # $",
    'Zoë ü ï',
  ])('runs from a folder called %j', (name) =>
    withWindows(machine, async (world) => {
      const home = `${world.user}\\${name}`;
      const launcher = await makeVariant(world, home);
      expect(launcher).toBe(`${home}\\bin\\one.cmd`);
      const { status, stdout, stderr } = await world.launch(launcher, 'env');
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      const environment = JSON.parse(stdout);
      expect(environment).toMatchObject({
        CLAUDE_CONFIG_DIR: `${home}\\one\\config`,
        ANTHROPIC_BASE_URL: 'https://api.example',
        ANTHROPIC_AUTH_TOKEN: 'key%PATH%!x!^&"z"(y)=100%',
      });
    }),
  );

  it('clears what the shell has, names a task list by project, and leaves no variable of its own', () =>
    withWindows(machine, async (world) => {
      const launcher = await makeVariant(world);
      const environment = {
        ANTHROPIC_API_KEY: 'of-another-account',
        anthropic_model: 'another-model',
        CLAUDE_CONFIG_DIR: 'C:\\elsewhere',
        KEPT: 'yes',
      };
      const seen = async (cwd: string, more: Record<string, string> = {}) => {
        await mkdir(world.linux(cwd), { recursive: true });
        const options = { cwd, environment: { ...environment, ...more } };
        return JSON.parse((await world.launch(launcher, 'env', options)).stdout);
      };
      const project = `${world.user}\\Projekt ^ & ü (x)!`;
      await mkdir(world.linux(`${project}\\.git`), { recursive: true });
      const inside = await seen(`${project}\\src\\deep`);
      expect(inside).toMatchObject({
        CLAUDE_CODE_TASK_LIST_ID: expect.stringMatching(/^one-Projekt \^ & ü \(x\)!-\d+$/),
        ANTHROPIC_MODEL: 'some-model',
        KEPT: 'yes',
      });
      expect(inside).not.toHaveProperty('ANTHROPIC_API_KEY');
      expect(Object.keys(inside).filter((name) => /^ccm_/i.test(name))).toEqual([]);
      const list = 'CLAUDE_CODE_TASK_LIST_ID';
      const plain = `${world.user.slice(0, world.user.lastIndexOf('\\'))}\\plain (1)`;
      expect((await seen(plain))[list]).toBe(listAt(plain));
      expect((await seen('C:\\'))[list]).toBe('one-root-299');
      expect((await seen(project, { TEAM: 'b' }))[list]).toBe(`${inside[list]}-b`);
      // Names in other scripts are told apart by their short forms, of which wine keeps none.
      const others = ['a', 'b'].map((name) => `${world.user}\\${name}\\plain`);
      const [one, two] = [await seen(others[0] ?? ''), await seen(others[1] ?? '')];
      expect(one[list]).not.toBe(two[list]);
      expect((await seen(project, { [list]: 'mine' }))[list]).toBe('mine');
    }));

  // One at a time: the cmd of wine 8 knows no variable with a line break, which more of them take;
  // and it looks for variables between exclamation marks in values.
  it('hands on a header from its file, and one with a variable of the shell', () =>
    withWindows(machine, async (world) => {
      const environment = { TOKEN: 'a%PATH%^&"z"(y)=1', TEST_KEY: 'k', ANTHROPIC_API_KEY: 'k2' };
      const sent = async (...words: string[]): Promise<string> => {
        const run = await world.ccMirror([...words, '--no-probe'], { environment });
        expect(run.document.error).toBeUndefined();
        const [variant = run.document.data] = run.document.data.variants ?? [];
        const { stdout, stderr } = await world.launch(variant.launcher, 'env', { environment });
        expect(stderr).toBe('');
        const seen: Record<string, string> = JSON.parse(stdout);
        expect(Object.keys(seen).filter((name) => /^ccm_/i.test(name))).toEqual([]);
        return seen['ANTHROPIC_CUSTOM_HEADERS'] ?? '';
      };
      const make = 'quick one --provider custom --base-url https://api.example --model m'.split(
        ' ',
      );
      const from = ['--api-key-env', 'TEST_KEY', '--from', await makeFake(world, '2.1.16')];
      const header = ['--header', '#x: Bearer ${TOKEN}'];
      expect(await sent(...make, ...from, ...header)).toBe(`#x: Bearer ${environment.TOKEN}`);
      const store = ['--key-store', 'env', '--api-key-env', 'TEST_KEY', '--unset-header', '#x'];
      const other = ['--header', 'y: b^ & c%d "${ANTHROPIC_API_KEY}"'];
      expect(await sent('update', 'one', ...store, ...other)).toBe('y: b^ & c%d "k2"');
    }));

  it('takes a provider on this machine out of what goes by a proxy', () =>
    withWindows(machine, async (world) => {
      const launcher = await makeVariant(world, world.home, 'http://127.0.0.1:4000');
      const seen = async (environment: Record<string, string>): Promise<string> =>
        JSON.parse((await world.launch(launcher, 'env', { environment })).stdout).NO_PROXY;
      expect(await seen({})).toBe('127.0.0.1');
      expect(await seen({ no_proxy: '.a,127.0.0.10' })).toBe('.a,127.0.0.10,127.0.0.1');
      expect(await seen({ NO_PROXY: 'a,127.0.0.1' })).toBe('a,127.0.0.1');
      expect(await seen({ NO_PROXY: '*' })).toBe('*');
    }));

  it('says what is missing', () =>
    withWindows(machine, async (world) => {
      const launcher = await makeVariant(world);
      const text = await readFile(world.linux(launcher), 'utf8');
      const lines = text.split('\r\n');
      // Nothing that is not ASCII stands before the line that says how to read it.
      const chcp = lines.findIndex((line) => line.includes('65001'));
      expect(lines.findIndex((line) => /[^\t -~]/.test(line))).toBeGreaterThan(chcp);
      const other = `${world.home}\\other.cmd`;
      await writeFile(
        world.linux(other),
        text.replaceAll('cli.js', 'gone.js').replaceAll('node.exe', 'gone.exe'),
      );
      const missing = await world.launch(other, 'env');
      expect(missing).toMatchObject({ status: 1, stdout: '' });
      expect(missing.stderr).toMatch(
        /^variant one: its bundle is missing at .*gone\.js; run: cc-mirror update one\s*$/,
      );
    }));
});
