import { expect, test } from 'vitest';
import { renderWithLines } from '../../../../src/skill/check/render-with-lines.ts';
import { renderTemplate } from '../../../../src/skill/template.ts';
import { assumedTools } from '../../../../src/skill/tools.ts';
import { ownModels, viewOf } from '../../../../src/skill/view.ts';

const view = viewOf({ tools: assumedTools(true), models: ownModels });

function origins(template: string): Record<string, number> {
  const { text, lineOf } = renderWithLines(template, view);
  expect(text).toBe(renderTemplate(template, view));
  return Object.fromEntries(text.split('\n').map((line, index) => [line, lineOf(index + 1)]));
}

test('maps each line to its line in the template', () => {
  const template = [
    'one',
    '{{#tasks}}',
    'tool {{worker.tool}}{{#tasks}}, tasks{{/tasks}}',
    '{{/tasks}}',
    '{{^tasks}}',
    'left out',
    '{{/tasks}}',
    '  {{#has.Glob}}',
    '  left out',
    '  {{/has.Glob}}',
    'last',
  ];
  expect(origins(template.join('\n'))).toEqual({ one: 1, 'tool Agent, tasks': 3, last: 11 });
});

test('keeps the lines of the result if a tag spans lines', () => {
  expect(origins('a\n{{worker.tool\n}}\nb')).toEqual({ a: 1, Agent: 2, b: 3 });
});
