import { expect, it } from 'vitest';
import { analyze } from '../../../src/gates/analyze.ts';
import type { ChainLink } from '../../../src/gates/types.ts';
import { moduleOf } from './modules.ts';

const tool = (name: string, isEnabled: string): string =>
  `var ${name}={name:"${name}",userFacingName(){return"${name}"},${isEnabled},async call(i){return{data:i}}};`;
const tools = (...isEnabled: (string | undefined)[]): string =>
  ['TaskCreate', 'TaskGet', 'TaskUpdate', 'TaskList']
    .map((name, index) => tool(name, isEnabled[index] ?? 'isEnabled(){return board()}'))
    .join('\n') + '\nexport{TaskCreate,TaskGet,TaskUpdate,TaskList};';

const board = `function truthy(v){return v==="1"||v==="true"}
function inner(){return truthy(process.env.CLAUDE_CODE_BOARD)}
function board(){if(truthy(process.env.CLAUDE_CODE_ENABLE_TASKS))return!0;return inner()}
`;

/** Each function with what it reads, and what it calls below it. */
function shown(links: readonly ChainLink[], indent = ''): string[] {
  return links.flatMap(({ name, reads, calls }) => [
    `${indent}${name}${reads.map((read) => ` <${read}>`).join('')}`,
    ...shown(calls, `${indent}  `),
  ]);
}
const below = ['  board <CLAUDE_CODE_ENABLE_TASKS>', '    truthy', '    inner <CLAUDE_CODE_BOARD>'];
const chains = (text: string): ChainLink[] => analyze([moduleOf(text)]).tasks.chains();

it('shows tools that are decided alike together, and others by themselves', () => {
  const other = 'isEnabled(){return board()&&!process.argv.includes("--bare")}';
  const text = board + tools(undefined, undefined, undefined, other);
  expect(shown(chains(text))).toEqual([
    'isEnabled of TaskCreate, TaskGet, TaskUpdate',
    ...below,
    'isEnabled of TaskList <option --bare>',
    ...below,
  ]);
});

it('shows tools that share their function once', () => {
  const shared = 'isEnabled:shared';
  const text = `${board}function shared(){return board()}\n${tools(shared, shared, shared, shared)}`;
  expect(shown(chains(text))).toEqual([
    'isEnabled of TaskCreate, TaskGet, TaskUpdate, TaskList',
    ...below,
  ]);
});

it('shows where a function is, and its code on one line', () => {
  const text = `${board.replace('{if', '{\n  if')}${tools()}`;
  const [link] = chains(text)[0]?.calls ?? [];
  expect(link).toMatchObject({
    name: 'board',
    module: 'input.js',
    start: text.indexOf('function board'),
  });
  expect(link?.source).toMatch(/^function board\(\)\{ if\(truthy\(.*return inner\(\)\}$/);
});
