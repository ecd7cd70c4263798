import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isLoggedIn, nextStep } from '../../../src/lifecycle/login-state.ts';
import { type VariantLayout, variantLayout } from '../../../src/variant/layout.ts';
import { type World, create, newWorld, update } from '../variant/world.ts';
import { temporaryFolder } from '../../support/folder.ts';

const account = { oauthAccount: { emailAddress: 'somebody@example.com' } };
const key = 'sk-test-0123456789-0123456789';

async function stateOf(places: VariantLayout): Promise<{ [key: string]: unknown }> {
  const state: { [key: string]: unknown } = JSON.parse(await readFile(places.state, 'utf8'));
  return state;
}

/** A variant without a key, as it is and as one was made that took the first start for done. */
async function keyless(): Promise<{ world: World; places: VariantLayout }> {
  const world = await newWorld();
  await create(world, { prove: false });
  return { world, places: variantLayout(world.around.layout, 'one') };
}

async function change(places: VariantLayout, values: object): Promise<void> {
  await writeFile(places.state, JSON.stringify({ ...(await stateOf(places)), ...values }));
}

describe('a variant that needs a login', () => {
  it('begins with Claude Code’s own first start until it is logged in', async () => {
    const { world, places } = await keyless();
    expect(await stateOf(places)).not.toHaveProperty('hasCompletedOnboarding');
    const record = await update(world, { prove: false });
    expect(nextStep(record, places)).toEqual({ step: 'login', command: 'one' });
    await change(places, { ...account, hasCompletedOnboarding: true });
    expect(nextStep(record, places)).toBeNull();
    await update(world, { prove: false });
    await update(world, { prove: false });
    expect(await stateOf(places)).toMatchObject({ ...account, hasCompletedOnboarding: true });
  });

  it('does so after an update, too, if created without one', async () => {
    const { world, places } = await keyless();
    await change(places, { hasCompletedOnboarding: true });
    const before = { owned: { '.claude.json': { hasCompletedOnboarding: true } } };
    const record = await update(world, { prove: false }, {}, before);
    expect(await stateOf(places)).not.toHaveProperty('hasCompletedOnboarding');
    expect(nextStep(record, places)).not.toBeNull();
  });

  it('is not led to the login again if there is one', async () => {
    const { world, places } = await keyless();
    await change(places, { ...account, hasCompletedOnboarding: true });
    const before = { owned: { '.claude.json': { hasCompletedOnboarding: true } } };
    await update(world, { prove: false }, {}, before);
    expect(await stateOf(places)).toMatchObject({ hasCompletedOnboarding: true });
  });

  it('starts at its prompt with a key, and at the login without', async () => {
    const { world, places } = await keyless();
    const record = await update(world, { key, prove: false });
    expect(await stateOf(places)).toMatchObject({ hasCompletedOnboarding: true });
    expect(nextStep(record, places)).toBeNull();
    await update(world, { prove: false }, {}, { key: null });
    expect(await stateOf(places)).not.toHaveProperty('hasCompletedOnboarding');
  });
});

describe('a login', () => {
  it.each([
    ['of an account', '.credentials.json', { claudeAiOauth: { accessToken: 'a token' } }, true],
    ['of a server for tools alone', '.credentials.json', { mcpOAuth: { some: {} } }, false],
    ['that the system keeps', '.claude.json', account, true],
    ['by a key of Claude Code’s own', '.claude.json', { primaryApiKey: 'a key' }, true],
    ['that is over', '.claude.json', { oauthAccount: null }, false],
    ['by a helper of the user’s', 'settings.json', { apiKeyHelper: 'theirs' }, true],
    ['by a helper of ours', 'settings.json', { apiKeyHelper: 'ours' }, false],
    ['by a cloud', 'settings.json', { env: { CLAUDE_CODE_USE_BEDROCK: '1' } }, true],
    ['not told by other settings', 'settings.json', { env: { DISABLE_AUTOUPDATER: '1' } }, false],
  ])('%s', async (_, file, content, expected) => {
    const config = temporaryFolder();
    await writeFile(join(config, file), JSON.stringify(content));
    const places = {
      config,
      state: join(config, '.claude.json'),
      settings: join(config, 'settings.json'),
    };
    const owned = { 'settings.json': { apiKeyHelper: 'ours' } };
    expect(isLoggedIn(places, owned)).toBe(expected);
    await writeFile(join(config, file), '{');
    expect(isLoggedIn(places, owned)).toBe(false);
  });
});
