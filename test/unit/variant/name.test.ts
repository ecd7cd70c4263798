import { expect, it } from 'vitest';
import { CcMirrorError } from '../../../src/errors.ts';
import { checkName } from '../../../src/variant/name.ts';

it.each(['mclaude', 'a', 'A.b_c-9', '9lives', 'x'.repeat(64)])('takes %s', (name) => {
  expect(() => checkName(name)).not.toThrow();
});

it.each([
  ['', 'empty'],
  ['x'.repeat(65), 'longer than 64'],
  ['.hidden', 'dot or a hyphen'],
  ['..', 'dot or a hyphen'],
  ['-rf', 'dot or a hyphen'],
  ['a/b', 'only letters'],
  ['a b', 'only letters'],
  ['a\nb', 'only letters'],
  ['$HOME', 'only letters'],
  ['naïve', 'only letters'],
  ['a.', 'ends with a dot'],
  ['providers', 'reserved'],
  ['Claude', 'reserved'],
  ['router', 'reserved'],
  ['con', 'reserved'],
  ['LPT1.txt', 'reserved'],
])('refuses %j', (name, why) => {
  expect(() => checkName(name)).toThrow(CcMirrorError);
  expect(() => checkName(name)).toThrow(why);
});
