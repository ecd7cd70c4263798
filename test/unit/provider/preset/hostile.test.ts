import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { fromPackage } from '../../../../src/package-root.ts';
import { findPreset, loadCatalogue, shippedPresets } from '../../../../src/provider/catalogue.ts';

const folder = fromPackage('test', 'fixtures', 'providers', 'hostile');
const catalogue = loadCatalogue({ shipped: shippedPresets, user: folder });
const files = (await readdir(folder)).map((name) => name.replace(/\.json$/, ''));

/** What is said of each file, after its path. */
const problems: Record<string, string> = {
  comma: ':4:1 is not valid JSON',
  comment: ':2:3 is not valid JSON',
  empty: ':1:1 is not valid JSON',
  list: ': line 1: Invalid input: expected object',
  prototype: ': line 1: Unrecognized key: "__proto__"',
  'prototype-models': ': line 4: models: Unrecognized key: "__proto__"',
  'extends-itself': ': line 9: extends: is not the id of a shipped preset',
  'extends-user': ': line 9: extends: is not the id of a shipped preset',
  'extends-path': ': line 9: extends: is not the id of a shipped preset',
  'extends-number': ': line 9: extends: is not the id of a shipped preset',
  'loads-code': ': line 11: env.LD_PRELOAD: decides which programs run',
  'node-options': ': line 10: env.NODE_OPTIONS: decides which programs run',
  credential: ': line 10: env.ANTHROPIC_AUTH_TOKEN: is a credential',
  'script-url': ': line 5: baseUrl: must be an http or https URL',
  'with-user': ': line 5: baseUrl: must not hold a user name or password',
  backslash: ': line 5: baseUrl: must be an http or https URL',
  'with-query': ': line 5: baseUrl: must not have a query',
  undeclared: ': line 1: parameters: does not have HOST',
  'no-name': ': line 5: baseUrl: must be an http or https URL',
  escape: ': line 3: name: must be one line',
  'two-lines': ': line 10: models.opus: must be one line',
  'other-host': ': line 10: balance.path: must be a path',
  'whole-url': ': line 9: modelsPath: must be a path',
  pattern: ': line 10: keyPrefixes.0: must be 2 to 32 of',
  'no-region': ': line 17: endpoints.0.region: is not one of regions',
  'two-of-one': ': line 12: endpoints.1: has the region and plan of another',
  'too-large': ': line 11: modelInfo.m.context: ',
  'no-address': ': line 1: baseUrl: is missing',
};

test.each(Object.entries(problems))('%s is refused, with path, line and field', (id, problem) => {
  const file = join(folder, `${id}.json`);
  expect(() => findPreset(catalogue, id)).toThrow(
    expect.objectContaining({
      code: 'invalid-preset',
      message: expect.stringContaining(`${file}${problem}`),
      hint: `Correct ${file}, or move it out of the folder`,
    }),
  );
});

test('a broken file stops no other, and is not quoted where it may hold a secret', () => {
  expect(catalogue.broken.map(({ id }) => id).sort()).toEqual(Object.keys(problems).sort());
  expect(files.filter((id) => !(id in problems))).toEqual(['fine']);
  expect(findPreset(catalogue, 'zai').source).toBe('shipped');
  expect(findPreset(catalogue, 'fine').preset).toMatchObject({
    id: 'fine',
    name: 'N',
    aliases: [],
    baseUrl: 'https://api.z.ai/api/anthropic',
    models: { opus: 'glm-5.3[1m]' },
  });
  for (const { error } of catalogue.broken) {
    for (const hidden of ['sk-secret', 'pw123', '\u001B']) {
      expect(error.message).not.toContain(hidden);
    }
  }
  expect({}).not.toHaveProperty('polluted');
});
