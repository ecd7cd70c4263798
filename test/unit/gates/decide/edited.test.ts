import { expect, test } from 'vitest';
import { type Editor, editorOf, isConstantTrue } from '../../../../src/gates/decide/edited.ts';
import { functionIn } from '../modules.ts';

const padded = (length: number): string => 'return!0'.padEnd(length);
/** How long the body with our mark is. */
const room = 'return!0/*cc-mirror*/'.length;

const around = `var a,b;function ours(){return!0/*cc-mirror*/}function theirs(){return!0;return!1}
function twice(){return ours()&&theirs()}function again(){return gate()}function plain(){return a}`;

test.each<[string, Editor | null]>([
  ['return!0/*cc-mirror*/', 'cc-mirror'],
  ['return!0/*CLAUDE_X cc-mirror*/', 'cc-mirror'],
  ['return a&&!0/*cc-mirror*/', 'cc-mirror'],
  ['return"cc-mirror*/"', null],
  ['return`cc-mirror*/`', null],
  ['return!0;return!1', 'another tool'],
  ['return a;return!1', null],
  ['return!0', null],
  ['return!0 ', null],
  ['return!1   ', null],
  ['return a   ', null],
  [padded('return!0'.length + 2), 'cc-mirror or another tool'],
  [padded(room - 1), 'cc-mirror or another tool'],
  [padded(room), 'another tool'],
  [padded(room + 1), 'another tool'],
  ['return ours()', 'cc-mirror'],
  ['return theirs()', 'another tool'],
  ['return a&&theirs()', 'another tool'],
  ['return plain()&&twice()', 'cc-mirror'],
  ['return!ours()', null],
  ['return ours(1)', null],
  ['return ours', null],
  ['return again()', null],
  ['return again()&&ours()', 'cc-mirror'],
  ['return unknown()', null],
])('who edited %s: %s', (body, editor) => {
  const { graph, fn } = functionIn(`${around}function gate(){${body}}`, 'gate');
  expect(editorOf(graph, fn)).toBe(editor);
});

test.each([
  ['return!0', true],
  ['return true', true],
  ['return!0;return!1', true],
  ['return!1', false],
  ['return 1', false],
  ['return', false],
  ['return a', false],
  ['a();return!0', false],
  ['', false],
])('%s only returns true: %s', (body, expected) => {
  expect(isConstantTrue(functionIn(`function gate(){${body}}`, 'gate').fn)).toBe(expected);
});
