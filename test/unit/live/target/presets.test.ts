import { describe, expect, it } from 'vitest';
import { presetTarget } from '../../../../src/live/target/preset-target.ts';
import { modelRequest, streamRequest } from '../../../../src/live/requests.ts';
import { loadCatalogue, shippedPresets } from '../../../../src/provider/catalogue.ts';
import { chooseEndpoint, optionsOf } from '../../../../src/provider/preset/endpoints.ts';

const catalogue = loadCatalogue({ shipped: shippedPresets, user: null });
const places = catalogue.entries
  .filter(({ preset }) => preset.auth.type !== 'cloud')
  .flatMap(({ preset }) => {
    const all = preset.endpoints.length > 0 ? preset.endpoints : [chooseEndpoint(preset, {})];
    return all.map((one) => [`${preset.id} ${optionsOf(one)}`.trim(), preset, one] as const);
  });

describe.each(places)('%s', (_, preset, endpoint) => {
  const prefix = (endpoint.keyPrefixes ?? preset.keyPrefixes)[0];
  const key = `${prefix ?? ''}dummy-key-0123456789`;
  const values = Object.fromEntries(preset.parameters.map(({ name }) => [name, 'value']));
  const { target } = presetTarget(
    preset,
    {
      key,
      env: values,
      region: endpoint.region,
      plan: endpoint.plan,
      ...(preset.requires.includes('model') && { models: { default: 'chosen' } }),
      ...(preset.requires.includes('baseUrl') && { baseUrl: 'http://127.0.0.1:1' }),
      headers: preset.headers.map(({ name }) => ({ name, value: 'value' })),
    },
    catalogue,
    {},
  );

  it('is asked at its own address, with the key in one header and nowhere else', () => {
    const request = streamRequest(target, 'm');
    const base =
      endpoint.baseUrl === null
        ? preset.requires.includes('baseUrl')
          ? 'http://127.0.0.1:1'
          : 'https://api.anthropic.com'
        : endpoint.baseUrl.replaceAll(/\$\{\w+\}/g, 'value').replace(/\/$/, '');
    expect(request.url).toBe(`${base}/v1/messages?beta=true`);
    const auth = endpoint.auth ?? preset.auth;
    const wanted = auth.type === 'bearer' ? ['authorization', `Bearer ${key}`] : ['x-api-key', key];
    const sent = [...request.headers].filter(([, value]) => value.includes(key));
    expect(sent).toEqual([wanted]);
    expect(target.secrets).toContain(key);
    for (const { name } of preset.headers) expect(request.headers.get(name)).toBe('value');
  });

  it('is asked for models as it names them', () => {
    expect(target.models.length).toBeGreaterThan(0);
    for (const { id } of target.models) {
      const body: { model: string } = JSON.parse(modelRequest(target, id).body ?? '');
      expect(body.model).toBe(id);
      expect(id).not.toMatch(/\[1m\]$/);
    }
  });

  it('has its own balance, if any', () => {
    const typed = preset.requires.includes('baseUrl');
    const own = endpoint.balance ?? preset.balance;
    expect(target.endpoint?.balance ?? target.preset?.balance).toEqual(own);
    expect(target.endpoint === null).toBe(typed);
  });
});
