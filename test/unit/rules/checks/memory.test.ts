import { expect, it } from 'vitest';
import { healMemory, memoryKinds, memoryTemplate } from '../../../../src/rules/checks/memory.ts';

it('creates files that need no healing', () => {
  expect(memoryTemplate('progress')).toBe(
    '# Router: progress\n\n## Current Workflow\n\n## Tasks\n\n## Completed\n\n## Verification\n\n## Last Updated\n\n',
  );
  expect(memoryTemplate('context')).toContain(
    '## References\n- Plan: N/A\n- Design: N/A\n- Research: N/A\n\n## Blockers',
  );
  for (const kind of memoryKinds) {
    expect(healMemory(kind, memoryTemplate(kind))).toEqual({
      text: memoryTemplate(kind),
      added: [],
    });
  }
});

it.each([
  [
    'before the next one in the file',
    '# P\n\n## Current Workflow\nw\n\n## Completed\nc\n\n## Verification\n\n## Last Updated\nnow\n',
    '# P\n\n## Current Workflow\nw\n\n## Tasks\n\n## Completed\nc\n\n## Verification\n\n## Last Updated\nnow\n',
  ],
  [
    'at the end, without a last line break',
    '## Current Workflow\n## Tasks\n## Completed\n## Last Updated',
    '## Current Workflow\n## Tasks\n## Completed\n\n## Verification\n\n## Last Updated',
  ],
  [
    'with the line breaks of the file',
    '## tasks\r\n- one',
    '## Current Workflow\r\n\r\n## tasks\r\n- one\r\n\r\n## Completed\r\n\r\n## Verification\r\n\r\n## Last Updated\r\n\r\n',
  ],
])('adds sections %s', (_, before, after) => {
  expect(healMemory('progress', before).text).toBe(after);
});

it('adds a section before the first heading of a name', () => {
  const text =
    '## Current Workflow\n\n## Completed\n\n## Completed\n\n## Verification\n\n## Last Updated\n';
  expect(healMemory('progress', text).text).toBe(
    text.replace('## Completed', '## Tasks\n\n## Completed'),
  );
});

it('adds a section before an optional Last Updated', () => {
  expect(healMemory('patterns', '# P\n\n## Last Updated\nx\n').text).toBe(
    '# P\n\n## Common Gotchas\n\n## Last Updated\nx\n',
  );
});

it.each(['\uFEFF', '\u00EF\u00BB\u00BF'])('keeps a byte order mark at the start', (mark) => {
  expect(healMemory('patterns', `${mark}## Last Updated\n`).text).toBe(
    `${mark}## Common Gotchas\n\n## Last Updated\n`,
  );
  expect(healMemory('patterns', `${mark}## Common Gotchas`).added).toEqual([]);
});

it.each([
  '## Common Gotchas',
  '  ## common gotchas ##  ',
  '##\tCommon Gotchas',
  '```\n## x\n```\n## Common Gotchas\n',
  '~~~\n```\n~~~\n## Common Gotchas',
  '``` a ` b\n## Common Gotchas',
  '<!-- one line -->\n## Common Gotchas',
  '<!--\n```\n-->\n## Common Gotchas',
  'text <!--\n## Common Gotchas',
  '    <!--\n## Common Gotchas',
])('finds the heading in %j', (text) => {
  expect(healMemory('patterns', text).added).toEqual([]);
});

it.each([
  '### Common Gotchas',
  '##Common Gotchas',
  '    ## Common Gotchas',
  '## Common Gotchas and more',
  '```\n## Common Gotchas\n```',
  '````\n```\n## Common Gotchas\n````',
  '~~~ x\n``` \n## Common Gotchas',
  '## Common Gotchas\u00A0',
  '## Common Gotchas#',
  '<!--\n## Common Gotchas\n-->',
  '  <!-- a\n\n## Common Gotchas',
  '```\n<!--\n```\n<!--\n```\n## Common Gotchas\n-->',
])('finds no heading in %j', (text) => {
  expect(healMemory('patterns', text).added).toEqual(['Common Gotchas']);
});

it('does not write into an unclosed code block', () => {
  expect(healMemory('patterns', 'a\n```\ncode\n').text).toBe(
    'a\n\n## Common Gotchas\n\n```\ncode\n',
  );
});

it('does not write into a comment', () => {
  expect(healMemory('patterns', 'a\n<!--\nnot closed\n').text).toBe(
    'a\n\n## Common Gotchas\n\n<!--\nnot closed\n',
  );
  expect(healMemory('patterns', '<!-- form:\n## Last Updated\n-->\ntext\n').text).toBe(
    '<!-- form:\n## Last Updated\n-->\ntext\n\n## Common Gotchas\n\n',
  );
});

it.each([
  ['a\rb\r', '\r'],
  ['a\nb\r\nc\r\n', '\r\n'],
  ['a\r\nb\nc\n', '\n'],
])('uses the most frequent line break in %j', (text, eol) => {
  expect(healMemory('patterns', text).text).toBe(`${text}${eol}## Common Gotchas${eol}${eol}`);
});

it.each([
  ['spaces', `## a${' '.repeat(80_000)}b`],
  ['spaces and signs', `## a${' #'.repeat(40_000)}b`],
])('is linear on a heading with %s', (_, text) => {
  expect(healMemory('patterns', text).added).toEqual(['Common Gotchas']);
});

it('loses nothing and is idempotent for any text', () => {
  let seed = 7;
  const below = (limit: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % limit;
  };
  const pieces = [
    '## Tasks',
    '## Last Updated',
    '## Common Gotchas',
    '## References',
    '## tasks ##',
    '### Tasks',
    '- Plan: x',
    '```',
    '````',
    '~~~',
    '```js',
    '``` ` ',
    '<!--',
    '-->',
    '\uFEFF',
    '\u00EF\u00BB\u00BF',
    '\u0085\u2028',
    'text',
    '    ',
    '\t',
    ' ',
    '\r',
    '\n',
    '\n',
    '\n',
    '\r\n',
    '\r\n',
    '\n\n',
    '',
  ];
  const wrong: string[] = [];
  for (let round = 0; round < 4000; round += 1) {
    const text = Array.from({ length: below(14) }, () => pieces[below(pieces.length)]).join('');
    for (const kind of memoryKinds) {
      const { text: healed, added } = healMemory(kind, text);
      const again = healMemory(kind, healed);
      const done = again.text === healed && again.added.length === 0;
      const named = (added.length === 0) === (healed === text);
      if (!isWithin(text, healed) || !done || !named)
        wrong.push(`${kind}: ${JSON.stringify(text)}`);
    }
  }
  expect(wrong).toEqual([]);
});

/** Whether deleting characters from `whole` can give `part`. */
function isWithin(part: string, whole: string): boolean {
  let at = 0;
  for (const character of whole) if (part.startsWith(character, at)) at += character.length;
  return at === part.length;
}
