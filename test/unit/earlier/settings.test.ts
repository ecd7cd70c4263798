import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { keyOfEarlier } from '../../../src/earlier/earlier-key.ts';
import { mergeOwned } from '../../../src/config/merge.ts';
import { earlierSettings } from '../../../src/earlier/settings.ts';
import { valuesOf } from '../../../src/earlier/taken-out.ts';
import { failure } from '../../support/failure.ts';

describe('settings', () => {
  it('are read as text, also numbers and booleans', () => {
    const text = '{"env":{"A":1,"B":"b","C":true,"D":{"e":1},"E":null},"model":"m"}';
    expect(earlierSettings(text, 's')).toEqual({
      env: { A: '1', B: 'b', C: 'true' },
      model: 'm',
      availableModels: [],
    });
  });

  it.each<[string, string | null]>([
    ['no file', null],
    ['an empty file', ' \n'],
    ['values of other types', '{"env":[],"model":7,"availableModels":"x"}'],
    ['null', '{"env":null}'],
  ])('are empty for %s', (_, text) => {
    expect(earlierSettings(text, 's')).toEqual({ env: {}, model: null, availableModels: [] });
  });

  it.each<[string, string, RegExp]>([
    [
      'broken',
      '{"env":{"ANTHROPIC_API_KEY":"a-secret" oops}}',
      /^\/s\.json:1:40 is not valid JSON/,
    ],
    ['not an object', '["a-secret"]', /is not a JSON object/],
  ])('are refused if %s, without quoting the text', (_, text, words) => {
    const error = thrownBy(() => earlierSettings(text, '/s.json'));
    expect(error).toMatchObject(failure('invalid-record', words));
    expect(inspect(error)).not.toContain('secret');
  });
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('the values of entries', () => {
  const text = '{ "a": 1, "env": { "X": 1, "Y": "2", "Z": true }, "model": "m", "z": ["l"] }';

  it('can be taken out and put back', () => {
    const entries = { env: ['X', 'Z', 'no'], settings: ['model', 'z', 'no'] };
    const values = { 'env.X': 1, 'env.Z': true, model: 'm', z: ['l'] };
    expect(valuesOf(text, entries, 's')).toEqual(values);
    const rest = mergeOwned(text, {}, values, 's');
    expect(rest).toBe('{ "a": 1, "env": { "Y": "2" } }');
    expect(JSON.parse(mergeOwned(rest, values, {}, 's'))).toEqual(JSON.parse(text));
  });

  it.each<[string, string | null]>([
    ['no file', null],
    ['an empty file', ''],
    ['an env that is not an object', '{"env":["X"]}'],
  ])('are empty for %s', (_, text) => {
    expect(valuesOf(text, { env: ['0', 'X'], settings: ['model'] }, 's')).toEqual({});
  });
});

describe('the key', () => {
  it.each<[string, string | null]>([
    [' k-1 ', 'k-1'],
    ['', null],
    ['<API_KEY>', null],
    ['ccrouter-proxy', null],
    ['ollama', null],
  ])('%j: %j', (value, key) => {
    const settings = { env: { ANTHROPIC_API_KEY: value }, model: null, availableModels: [] };
    expect(keyOfEarlier(settings, 'ANTHROPIC_API_KEY')).toBe(key);
    expect(keyOfEarlier(settings, 'ANTHROPIC_AUTH_TOKEN')).toBeNull();
  });
});
