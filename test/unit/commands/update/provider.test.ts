import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { one } from '../one.ts';
import { type CommandWorld, newCommandWorld } from '../run.ts';

let world: CommandWorld;

const oldKey = 'old-zai-key-0123456789abcdef';
const newKey = 'new-deepseek-key-fedcba9876543210';
const keys = { OLD_KEY: oldKey, NEW_KEY: newKey };
const toDeepseek = ['--provider', 'deepseek', '--api-key-env', 'NEW_KEY'];

beforeEach(async () => {
  world = await newCommandWorld();
});

const { make, zai, update, launcher, record, texts } = one(() => world, keys);

describe('another provider, in place', () => {
  it('drops what belongs to the old one, says so, and keeps the rest', async () => {
    const env = ['--env', 'FOO=bar', '--env', 'CLAUDE_CODE_SUBAGENT_MODEL=glm-x'];
    const theirs = ['--region', 'china', '--model-opus', 'glm-x', '--header', 'X-Team: secret-one'];
    await zai(...env, ...theirs, '--skills', 'router', '--no-rules');
    const history = join(world.home, 'one', 'config', 'history.jsonl');
    await writeFile(history, '{"display":"hello"}\n');
    const { status, stdout, stderr } = await update(...toDeepseek);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stderr).toContain(
      'dropped, as it belongs to zai: the key, region china, model-opus glm-x, env CLAUDE_CODE_SUBAGENT_MODEL, header X-Team',
    );
    expect(stdout).toMatch(/^one: provider: zai → deepseek, base URL: .*bigmodel.* → .*deepseek/);
    expect(stdout).toMatch(/region: china → by default/);
    expect(stdout).toMatch(/model opus: glm-x → deepseek/);
    expect(stdout).toContain('key replaced, ends in …3210');
    expect(stdout).toContain('header X-Team removed');
    const { choices, provider } = await record();
    expect(provider).toBe('deepseek');
    expect(choices).toMatchObject({ env: { FOO: 'bar' }, models: {}, headers: {} });
    expect(choices).toMatchObject({ skills: ['router'], rules: false, source: { kind: 'path' } });
    expect(choices).not.toHaveProperty('region');
    expect(await readFile(history, 'utf8')).toBe('{"display":"hello"}\n');
    const written = [...(await texts()).values()].join('\n');
    expect(written).toContain(newKey);
    for (const gone of [oldKey, 'secret-one', 'bigmodel', 'glm-x']) {
      expect(written).not.toContain(gone);
    }
  });

  it('never takes the old key along', async () => {
    await zai();
    const before = await texts();
    const refused = await world.json(['update', 'one', '--no-probe', '--provider', 'deepseek']);
    expect(refused).toMatchObject({ status: 2, error: { code: 'missing-key' } });
    for (const store of ['file', 'env', 'helper']) {
      const words = ['update', 'one', '--provider', 'deepseek', '--key-store', store];
      expect((await world.json([...words, '--no-probe'])).error?.code).toBe('missing-key');
    }
    expect(await texts()).toEqual(before);
    // A provider that needs none gets none.
    const local = await update('--provider', 'ollama', '--model', 'qwen3-coder');
    expect(local.status).toBe(0);
    expect(local.stdout).toContain('key removed');
    expect([...(await texts()).values()].join('\n')).not.toContain(oldKey);
  });

  it('has no command that printed the old key, and no approval of it', async () => {
    const settings = join(world.home, 'one', 'config', 'settings.json');
    await make('zai', '--api-key-helper', 'print-old-key');
    const refused = await world.json(['update', 'one', '--no-probe', '--provider', 'deepseek']);
    expect(refused.error?.code).toBe('missing-key');
    expect(await readFile(settings, 'utf8')).toContain('print-old-key');
    expect((await update(...toDeepseek)).status).toBe(0);
    expect([...(await texts()).values()].join('\n')).not.toContain('print-old-key');
    await world.json(['remove', 'one', '--yes']);
    await make('mirror', '--api-key-env', 'OLD_KEY');
    const state = join(world.home, 'one', 'config', '.claude.json');
    expect(await readFile(state, 'utf8')).toContain(oldKey.slice(-20));
    expect((await update(...toDeepseek)).status).toBe(0);
    expect([...(await texts()).values()].join('\n')).not.toContain(oldKey.slice(-20));
  });

  it('does not take along a credential or an address that was written into the record', async () => {
    await zai();
    const path = join(world.home, 'one', 'variant.json');
    const { env, ...rest } = JSON.parse(await readFile(path, 'utf8'));
    const { ANTHROPIC_DEFAULT_OPUS_MODEL: _, ...others } = env;
    const edited = { ...others, ANTHROPIC_BASE_URL: 'https://elsewhere.example', MINE: '1' };
    await writeFile(path, JSON.stringify({ ...rest, env: edited }));
    expect((await update(...toDeepseek)).status).toBe(0);
    const text = await launcher();
    expect(text).not.toContain('elsewhere.example');
    expect(text).toContain('https://api.deepseek.com');
    expect(text).toMatch(/ANTHROPIC_DEFAULT_OPUS_MODEL=.?deepseek/);
    expect(text).toContain('MINE');
  });

  it('takes its own choices from the same command', async () => {
    await zai();
    await update(...toDeepseek, '--model-opus', 'd-1', '--env', 'API_TIMEOUT_MS=7');
    expect(await record()).toMatchObject({
      choices: { models: { opus: 'd-1' }, env: { API_TIMEOUT_MS: '7' } },
    });
  });

  it('keeps the kind of store, if the key comes from a variable', async () => {
    await zai('--key-store', 'env');
    await update(...toDeepseek);
    expect(await record()).toMatchObject({ key: { store: 'env', from: 'NEW_KEY' } });
    expect(await launcher()).not.toContain('OLD_KEY');
  });

  it('is undone and redone by rollback, which says what changed', async () => {
    await zai('--region', 'china');
    const before = await texts();
    await update(...toDeepseek);
    const { stdout } = await world.run(['rollback', 'one']);
    expect(stdout).toMatch(/^ {2}provider: deepseek → zai$/m);
    expect(stdout).toMatch(/^ {2}region: by default → china$/m);
    expect(stdout).toMatch(/^ {2}model opus: deepseek.* → glm-5\.3\[1m\]$/m);
    expect(stdout).toMatch(/^ {2}key: the one from before$/m);
    const after = await texts();
    const recordPath = join(world.home, 'one', 'variant.json');
    for (const found of [before, after]) found.delete(recordPath);
    expect(after).toEqual(before);
    const { data } = await world.json(['rollback', 'one']);
    expect(data.changes).toContainEqual({ what: 'provider', from: 'zai', to: 'deepseek' });
    expect(data.changes).toContainEqual({ what: 'region', from: 'china', to: null });
    expect([...(await texts()).values()].join('\n')).not.toContain(oldKey);
  });

  it('is proved before anything changes', async () => {
    await zai();
    const words = ['update', 'one', ...toDeepseek];
    const { stdout, stderr } = await world.run(words, keys);
    expect(stderr).toContain('Proving it');
    expect(stdout).toMatch(/^one: provider: zai → deepseek/);
    expect(stdout).not.toContain('not proved');
    await writeFile(join(world.claude, 'cli.js'), 'process.exit(1)');
    const before = await texts();
    const broken = await world.json(['update', 'one', '--provider', 'mirror']);
    expect(broken.status).not.toBe(0);
    expect(await texts()).toEqual(before);
  });

  it('says that it is the provider already', async () => {
    await zai('--model-opus', 'mine');
    const { stdout, stderr } = await update('--provider', 'glm');
    expect(stderr).toContain('--provider makes no difference: it is zai already');
    expect(stdout).toMatch(/^one: up to date/);
    expect(await record()).toMatchObject({ choices: { models: { opus: 'mine' } } });
  });

  it('has the settings of the old provider removed', async () => {
    const settings = join(world.home, 'one', 'config', 'settings.json');
    await zai();
    expect(await readFile(settings, 'utf8')).toContain('WebSearch');
    const { stdout } = await update('--provider', 'mirror');
    expect(stdout).toContain('denied tools: WebSearch → none');
    expect(await readFile(settings, 'utf8')).not.toContain('WebSearch');
    expect(await launcher()).not.toContain('glm');
  });
});
