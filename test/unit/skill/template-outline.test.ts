import Mustache from 'mustache';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shippedPacksDir } from '../../../src/skill/pack-source.ts';
import { renderTemplate } from '../../../src/skill/template.ts';
import { assumedTools } from '../../../src/skill/tools.ts';
import { ownModels, viewOf } from '../../../src/skill/view.ts';

const views = [true, false].map((tasks) =>
  viewOf({ tools: assumedTools(tasks), models: ownModels }),
);

/** What Mustache makes of the whole text. */
const plainly = (text: string, view: (typeof views)[number]): string =>
  Mustache.render(text, view, undefined, { escape: String });

test('a text of the shipped packs is what Mustache makes of it', async () => {
  const paths = await readdir(shippedPacksDir, { recursive: true });
  const texts = await Promise.all(
    paths
      .filter((path) => path.endsWith('.md'))
      .map((path) => readFile(join(shippedPacksDir, path), 'utf8')),
  );
  expect(texts.length).toBeGreaterThan(20);
  for (const view of views) {
    expect(texts.map((text) => renderTemplate(text, view))).toEqual(
      texts.map((text) => plainly(text, view)),
    );
  }
});

test.each([
  '',
  'one',
  'one\ntwo\n',
  'one\n{{worker.tool}}\ntwo\n\nthree',
  '{{#tasks}}\nthis\nand this\n{{/tasks}}\n{{^tasks}}\nthat\n{{/tasks}}\nend\n',
  'a\n  {{#tasks}}  \n  b\n  {{^has.Any}}\n\n    c\n  {{/has.Any}}\n{{/tasks}}\nd',
  'a\r\n{{#tasks}}\r\nb\r\n{{/tasks}}\r\nc\r\n',
  'a {{! a remark\nover lines\nof its own\n}} b\n',
  'a\n{{! a remark\nover lines\n}}\nb\n',
  'a\n{{#tasks\n}}b\nc{{/tasks}}\nd\n',
  '            {{#tasks}}            \nsome words {{worker.tool}} and some more\n        {{/tasks}}\n',
  'some words before {{{worker.tool}}} {{&worker.tool}}, and some after',
  '{ {worker.tool} }\n}}\n{{worker.tool}}\n',
  '\u00000\u0000 and \u00001\u0000 with {{worker.tool}}\n',
])('%j is what Mustache makes of it', (text) => {
  for (const view of views) expect(renderTemplate(text, view)).toBe(plainly(text, view));
});
