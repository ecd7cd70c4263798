import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFakeClaude } from '../support/fake-claude.ts';

// A real keyring and password manager: Debian's packages gnome-keyring, dbus and pass.
const key = 'sk-test-of-a-keyring-0123456789';
const cli = resolve('dist/cli.js');
let home = '';
let variables: Record<string, string> = {};

beforeAll(async () => {
  for (const program of ['dbus-run-session', 'gnome-keyring-daemon', 'pass', 'gpg']) {
    const { exitCode } = await execa('sh', ['-c', `command -v ${program}`], { reject: false });
    if (exitCode === 0) continue;
    throw new Error(`${program} is missing: apt-get install gnome-keyring dbus pass`);
  }
  // Short, as the path of a socket may be no longer than 107 bytes.
  home = await mkdtemp(join(tmpdir(), 'ccm-'));
  await mkdir(join(home, 'run'), { mode: 0o700 });
  await writeFakeClaude(join(home, 'claude'));
  const { PATH = '' } = process.env;
  variables = { HOME: home, XDG_RUNTIME_DIR: join(home, 'run'), PATH, ZAI_KEY: key };
}, 60_000);
afterAll(() => rm(home, { recursive: true, force: true }));

interface Ended {
  status: number | undefined;
  output: string;
}

async function run(words: readonly string[], more: Record<string, string> = {}): Promise<Ended> {
  const [program = '', ...args] = words;
  const options = { env: { ...variables, ...more }, extendEnv: false, reject: false, all: true };
  const { exitCode, all = '' } = await execa(program, args, { ...options, timeout: 60_000 });
  expect(all).not.toContain(key.slice(0, -4));
  return { status: exitCode, output: all };
}

/** Runs cc-mirror in a session of D-Bus of its own, whose keyring is unlocked. */
function inDesktop(line: string): Promise<Ended> {
  const unlock = 'printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1';
  const words = [process.execPath, cli, ...line.split(' ')];
  return run(['dbus-run-session', '--', 'sh', '-c', `${unlock}; exec "$@"`, 'sh', ...words]);
}

describe('a key in GNOME Keyring', () => {
  const doctor = 'doctor one --no-probe';

  it('is found by doctor', async () => {
    const make = `quick one --provider zai --from ${home}/claude --no-probe`;
    const made = await inDesktop(`${make} --key-store keyring --api-key-env ZAI_KEY`);
    expect(made).toMatchObject({ status: 0 });
    expect((await inDesktop(doctor)).output).toMatch(/ok +key +in the keyring, ends in 6789/);
  });

  it('is reported by doctor where there is no keyring', async () => {
    const { status, output } = await run([process.execPath, cli, ...doctor.split(' ')]);
    expect(status).toBe(2);
    expect(output).toMatch(/error +key +The keyring cannot be used/);
  });

  it('is removed once no state needs it', async () => {
    const record = (): Promise<string> => readFile(`${home}/.cc-mirror/one/variant.json`, 'utf8');
    expect(await inDesktop('update one --key-store env --api-key-env ZAI_KEY --no-probe')).toEqual(
      expect.objectContaining({ status: 0 }),
    );
    const before = await record();
    expect(before).toContain(`one:zai@${home}/.cc-mirror`);
    await inDesktop('update one --api-key-helper false --no-probe');
    expect(await record()).not.toContain(`one:zai@${home}`);
    const back = await inDesktop('rollback one');
    expect(back).toMatchObject({ status: 0 });
    const kept = await inDesktop('update one --key-store keyring --api-key-env ZAI_KEY --no-probe');
    expect(kept).toMatchObject({ status: 0 });
    expect((await inDesktop('remove one --yes')).status).toBe(0);
    const again = await inDesktop(
      `quick one --provider zai --from ${home}/claude --no-probe --key-store keyring`,
    );
    expect(again.output).toMatch(/No key was given for the key store/);
  });
});

it('doctor checks a key that pass keeps', async () => {
  const script = [
    "gpg --batch --passphrase '' --quick-generate-key a@b.c default default never",
    'pass init a@b.c',
    'printf "%s\\n" "$ZAI_KEY" | pass insert -e zai',
  ].join(' && ');
  expect(await run(['sh', '-c', script])).toMatchObject({ status: 0 });
  const words = ['quick', 'two', '--provider', 'zai', '--from', `${home}/claude`, '--no-probe'];
  await run([process.execPath, cli, ...words, '--api-key-helper', 'pass zai']);
  const doctor = [process.execPath, cli, 'doctor', 'two', '--no-probe'];
  expect((await run(doctor)).output).toMatch(/ok +key +printed by your own command/);
  await run(['pass', 'rm', '-f', 'zai']);
  expect((await run(doctor)).output).toMatch(/error +key +.*ended with status 1/);
  await run(['gpgconf', '--kill', 'gpg-agent']);
});
