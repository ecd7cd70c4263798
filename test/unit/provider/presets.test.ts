import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';

import { clearedVariables, secretVariables } from '../../../src/claude-variables.ts';
import { planVariant } from '../../../src/plan/plan.ts';
import {
  type CatalogueEntry,
  loadCatalogue,
  shippedPresets,
} from '../../../src/provider/catalogue.ts';
import { type Preset, keyVariables } from '../../../src/provider/preset.ts';
import { resolveProvider } from '../../../src/provider/resolve-provider.ts';
import { launch } from '../launcher/shells.ts';
import { input } from '../plan/input.ts';

const { entries } = loadCatalogue({ shipped: shippedPresets, user: null });

/** A preset's file as it is written, with the few fields that the expectation is worked out from. */
interface Written {
  baseUrl?: string | null;
  auth: Preset['auth'];
  models?: Record<string, string>;
  env?: Record<string, string>;
  endpoints?: {
    region?: string;
    plan?: string;
    baseUrl: string;
    models?: Record<string, string>;
    env?: Record<string, string>;
    keyPrefixes?: string[];
  }[];
  parameters?: { name: string }[];
  requires?: string[];
  limits?: Record<string, boolean>;
}

const cases = await Promise.all(
  entries.map(async ({ preset, file }) => {
    const written: Written = JSON.parse(await readFile(file, 'utf8'));
    const endpoints = written.endpoints ?? [null];
    return endpoints.map((endpoint) => {
      const place = [endpoint?.region, endpoint?.plan].filter(Boolean).join(' ');
      return { title: `${preset.id} ${place}`.trim(), preset, written, endpoint };
    });
  }),
);

const dummyKey = 'key-for-tests-0123456789';
const ownAddress = 'https://gateway.example';

describe.each(cases.flat())('$title', ({ preset, written, endpoint }) => {
  const parameters = Object.fromEntries(
    (written.parameters ?? []).map(({ name }) => [name, `${name.toLowerCase()}-1`]),
  );
  const chosen = endpoint?.models ?? written.models ?? {};
  const mustName = written.requires?.includes('model') && chosen['opus'] === undefined;
  const models: Record<string, string> = mustName
    ? Object.fromEntries(['default', 'opus', 'sonnet', 'haiku'].map((kind) => [kind, 'my-model']))
    : chosen;
  const address = written.requires?.includes('baseUrl')
    ? ownAddress
    : (endpoint?.baseUrl ?? written.baseUrl ?? null)?.replaceAll(
        /\$\{(\w+)\}/g,
        (_, name: string) => parameters[name] ?? '',
      );
  const provider = resolveProvider(preset, {
    region: endpoint?.region,
    plan: endpoint?.plan,
    env: parameters,
    ...(mustName && { models: { default: 'my-model' } }),
    ...(written.requires?.includes('baseUrl') && { baseUrl: ownAddress }),
  });
  const cloud = written.auth.type === 'cloud';
  const keyVariable = written.auth.type === 'bearer' ? 'ANTHROPIC_AUTH_TOKEN' : 'ANTHROPIC_API_KEY';

  test('sends requests to the address of the file, below which /v1/messages is', () => {
    expect(provider.baseUrl).toBe(address ?? null);
    if (!address) return;
    const url = new URL(`${address.replace(/\/$/, '')}/v1/messages`);
    expect(url.protocol === 'https:' || preset.group === 'local').toBe(true);
    expect([url.username, url.password, url.search, url.hash]).toEqual(['', '', '', '']);
    expect(url.pathname).toMatch(/^(\/[\w.~-]+)*\/v1\/messages$/);
  });

  test('gives sessions exactly the variables of the file, and no credential but its key', async () => {
    const plan = planVariant({
      ...input,
      choices: { ...input.choices, env: parameters },
      provider,
      key: {
        record: cloud ? null : { store: 'env', variable: keyVariable, from: 'MY_KEY' },
        value: null,
      },
    });
    const { report } = await launch({
      shell: ['sh'],
      spec: plan.launcher,
      env: {
        ...Object.fromEntries(clearedVariables.map((name) => [name, 'ambient'])),
        MY_KEY: dummyKey,
      },
    });
    const env = report?.env ?? {};
    const tiers = ['opus', 'sonnet', 'haiku'] as const;
    const elsewhere = Boolean(address) || cloud;
    const expected: Record<string, string | undefined> = {
      ENABLE_TOOL_SEARCH: 'false',
      ANTHROPIC_BASE_URL: address ?? undefined,
      ANTHROPIC_MODEL: models['default'],
      ...Object.fromEntries(
        tiers.map((tier) => [`ANTHROPIC_DEFAULT_${tier.toUpperCase()}_MODEL`, models[tier]]),
      ),
      ANTHROPIC_DEFAULT_FABLE_MODEL: elsewhere ? models['opus'] : undefined,
      CLAUDE_CODE_SUBAGENT_MODEL: models['subagent'],
      CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS: written.limits?.['betas'] === false ? '1' : undefined,
      ...parameters,
      ...written.env,
      ...endpoint?.env,
      ...(!cloud && { [keyVariable]: dummyKey }),
    };
    const given = Object.fromEntries(
      Object.entries(expected).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    expect(env).toMatchObject(given);
    const others = Object.keys(env).filter(
      (name) => /^ANTHROPIC_|^CLAUDE_CODE_USE_/.test(name) && !(name in given),
    );
    // Names for /model describe a model that is there.
    const described = others.map((name) => name.replace(/_(NAME|DESCRIPTION)$/, ''));
    expect(described.filter((name) => !(name in given))).toEqual([]);
    const secrets = [...secretVariables].filter((name) => env[name] && !(name in given));
    expect(secrets).toEqual([]);
    expect(Object.values(env)).not.toContain('ambient');
    expect(keyVariables.filter((name) => env[name] === dummyKey)).toEqual(
      cloud ? [] : [keyVariable],
    );
  });

  test('denies the tools that the file says the service does not serve', () => {
    const { owned } = planVariant({ ...input, provider });
    const denied = [
      ...(written.limits?.['webSearch'] === false ? ['WebSearch'] : []),
      ...(written.limits?.['webFetch'] === false ? ['WebFetch'] : []),
    ];
    expect(owned['settings.json']['permissions.deny'] ?? []).toEqual(denied);
  });

  test('has sessions start with a mapped model', () => {
    const { owned } = planVariant({ ...input, provider });
    const elsewhere = Boolean(address) || cloud;
    const mapped = elsewhere && models['opus'] !== undefined && models['default'] === undefined;
    expect(owned['settings.json']['model']).toBe(mapped ? 'opus' : undefined);
  });

  test('maps every tier, or the service knows Anthropic’s own models', () => {
    const open = preset.anthropicIds || ['litellm', 'custom'].includes(preset.id);
    expect(open || provider.unmapped.length === 0).toBe(true);
  });

  test('states no window above those of its models, and none that builds refuse', () => {
    const ids = new Set(Object.values(provider.models));
    const known = [...ids].flatMap((id) => preset.modelInfo[id]?.context ?? []);
    const window = Number(provider.env['CLAUDE_CODE_MAX_CONTEXT_TOKENS'] ?? 0);
    const compact = Number(provider.env['CLAUDE_CODE_AUTO_COMPACT_WINDOW'] ?? 100_000);
    for (const context of known) {
      expect(window).toBeLessThanOrEqual(context);
      expect(compact).toBeLessThanOrEqual(context);
    }
    expect(compact).toBeGreaterThanOrEqual(100_000);
    expect(compact).toBeLessThanOrEqual(1_000_000);
  });
});

describe('every file', () => {
  test.each(entries.map((entry) => [entry.preset.id, entry] as const))(
    '%s names its schema, its source and its date, and no models that nothing uses',
    async (_id, { preset, file }: CatalogueEntry) => {
      const written: { $schema?: string } = JSON.parse(await readFile(file, 'utf8'));
      expect(written.$schema).toBe('./schema/preset.schema.json');
      expect(preset.source?.date).toMatch(/^20\d\d-\d\d-\d\d$/);
      const page = preset.source?.url ?? '';
      expect(page.startsWith('https:') || ['anthropic', 'custom'].includes(preset.group)).toBe(
        true,
      );
      expect(preset.description).not.toMatch(/\.$/);
      const models = [preset.models, ...preset.endpoints.flatMap((one) => one.models ?? [])];
      const used = new Set(models.flatMap((one) => Object.values(one)));
      const unused = Object.keys(preset.modelInfo).filter((id) => !used.has(id));
      // One that a note names.
      expect(unused.filter((id) => !preset.notes.some((note) => note.includes(id)))).toEqual([]);
      expect(Object.values(preset.former.models).filter((id) => !used.has(id))).toEqual([]);
    },
  );
});
