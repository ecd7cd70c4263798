import { expect, test } from 'vitest';
import { analyze } from '../../../../src/gates/analyze.ts';
import type { CapabilityAnalysis, SourceModule } from '../../../../src/gates/types.ts';

const helpers = `import{policy,P}from"x";var remote=new Map,state={isInteractive:!1};
function flag(n,d){let v=remote.get(n);return v===void 0?d:v}function inner(){return flag("tengu_in",!1)}
function other(){return flag("tengu_other",!1)}function off(){return!1}function on(){return!0}
function denied(){return policy()}function loop(){return loop()}function takes(a){return flag("tengu_a",!1)}\n`;

function tasksOf(
  gate: string,
  options: { last?: string; encoding?: SourceModule['encoding'] } = {},
): CapabilityAnalysis {
  const { last = 'isEnabled(){return gate()}', encoding = 'utf8' } = options;
  const tools = ['TaskCreate', 'TaskGet', 'TaskUpdate'].map(
    (name) => `{name:"${name}",isEnabled(){return gate()}}`,
  );
  const text = `${helpers}${gate};var tools=[${tools.join()},{name:"TaskList",${last}}];`;
  const bytes = Buffer.from(text, encoding);
  return analyze([{ name: 'input.js', format: 'module', encoding, bytes }]).tasks;
}

/** The text that an edit puts in, with one space for its padding. */
const after = (found: CapabilityAnalysis): string | undefined =>
  found.flip?.edit.after.replaceAll(/ +/g, ' ').trim();

test.each<[string, string]>([
  ['function gate(){return flag("tengu_x",!1)}', 'return!0/*cc-mirror*/'],
  ['function gate(){return!1}', 'return!0'],
  ['function gate(){if(!flag("tengu_x",!1))return!1;return!0}', 'return!0/*cc-mirror*/'],
  // No comment in an arrow with an expression, which ends where its body does.
  ['var gate=()=>!1', '!0'],
  ['var gate=()=>flag("tengu_x",!1)&&P.allowed', '!0 &&P.allowed'],
  ['var gate=()=>{return flag("tengu_x",!1)}', 'return!0/*cc-mirror*/'],
  ['function gate(){return inner()}', 'return!0/*cc-mirror*/'],
  ['function gate(){return on()&&inner()}', 'return!0/*cc-mirror*/'],
  ['function gate(){return inner()&&other()}', 'return!0/*cc-mirror*/'],
  // The session alone is no check either.
  ['function gate(){return state.isInteractive}', 'return!0/*cc-mirror*/'],
  ['function gate(){return process.argv.includes("--x")}', 'return!0/*cc-mirror*/'],
  ['function gate(){return state.isInteractive&&inner()}', 'return!0/*cc-mirror*/'],
  // Only the flags change where one body holds other checks; one mark is enough.
  [
    'function gate(){return flag("tengu_x",!1)&&P.allowed&&flag("tengu_y",!1)}',
    'return !0/*cc-mirror*/ &&P.allowed&&!0',
  ],
  [
    'function gate(){return P.allowed&&inner()&&flag("tengu_x",!1)}',
    'return P.allowed&&!0 &&!0/*cc-mirror*/',
  ],
  [
    'function gate(){return inner()&&process.env.ENABLE_X==="1"&&P.allowed}',
    'return !0 &&!0/*cc-mirror*/ &&P.allowed',
  ],
  [
    'function gate(){if(!flag("tengu_x",!1))return!1;return P.allowed}',
    '/*cc-mirror*/ return P.allowed',
  ],
  [
    'function gate(){if(P.denied)return!1;if(flag("tengu_a",!1))return!0;return flag("tengu_x",!1)}',
    'if(P.denied)return!1;return!0/*cc-mirror*/',
  ],
  [
    'function gate(){if(!flag("tengu_x",!1)){return!1}return P.allowed}',
    '/*cc-mirror*/ return P.allowed',
  ],
  [
    'function gate(){if(void 0)return!1;return flag("tengu_x",!1)&&P.allowed}',
    'if(void 0)return!1;return !0/*cc-mirror*/ &&P.allowed',
  ],
  ['function gate(){return P.allowed&&flag("tengu_x",!0)}', 'return P.allowed&&!0/*cc-mirror*/'],
])('%s is edited to %s', (gate, expected) => {
  const found = tasksOf(gate);
  expect(found.verdict).toBe('flip');
  expect(after(found)).toBe(expected);
});

test('conditions that stay are named', () => {
  const reasonOf = (gate: string): string | undefined =>
    /it also needs (.*), which/.exec(tasksOf(gate).reason)?.[1];
  const checked = 'function gate(){if(P.denied)return!1;return P.allowed&&flag("tengu_x",!1)}';
  expect(reasonOf(checked)).toBe('if(P.denied)return!1 and P.allowed');
  expect(reasonOf('function gate(){return P.allowed&&inner()}')).toBe('P.allowed');
  expect(reasonOf('function gate(){return flag("tengu_x",!1)}')).toBeUndefined();
});

/** No single edit opens these, or none that leaves every check in place. */
test.each([
  'function gate(){return inner()&&off()}',
  'function gate(){return P.allowed}',
  'function gate(){return state.isInteractive&&P.allowed}',
  'var gate=()=>P.allowed',
  'function gate(){return loop()}',
  'function gate(){if(!flag("tengu_x",!1)){return!1;P.note()}return P.allowed}',
  'function gate(){if(!flag("tengu_x",!1)){P.note();return!1}return P.allowed}',
  'function gate(){if(!flag("tengu_x",!1))return!1;else return P.allowed}',
  'function gate(){if(!flag("tengu_x",!1))return P.allowed;return P.allowed}',
  'function gate(){return denied()||flag("tengu_x",!1)&&P.allowed}',
  'function gate(){return flag("tengu_x",!1)===P.allowed}',
  'function gate(){return takes(1)&&P.allowed&&!1}',
  'function gate(a){return flag("tengu_x",!1)}',
  'async function gate(){return flag("tengu_x",!1)}',
  'function*gate(){return flag("tengu_x",!1)}',
  'function gate(){return flag("tengu_x",!1)&&P.allowed&&P.enableTasks&&ENABLE_TASKS}',
])('%s is left alone', (gate) => {
  expect(tasksOf(gate)).toMatchObject({ verdict: 'unknown', flip: null });
});

test('one edit has to open all tools', () => {
  const gate = 'function gate(){return flag("tengu_x",!1)}';
  const opened = (last: string): boolean => tasksOf(gate, { last }).flip !== null;
  expect(opened('isEnabled(){return gate()}')).toBe(true);
  expect(opened('isEnabled:()=>gate()')).toBe(true);
  expect(opened('isEnabled(){return gate()&&P.allowed}')).toBe(true);
  expect(opened('isEnabled(){return inner()}')).toBe(false);
  expect(opened('isEnabled(){return P.allowed}')).toBe(false);
  expect(opened('async isEnabled(){return gate()}')).toBe(false);
});

test('fills the room in bytes, whatever the encoding', () => {
  const gate = 'function gate(){if("é€")return flag("tengu_x",!1);return!1}';
  for (const encoding of ['utf8', 'utf16le'] as const) {
    const { edit } = tasksOf(gate, { encoding }).flip!;
    const [old, made] = [edit.before, edit.after].map((text) => Buffer.from(text, encoding));
    expect(made).toHaveLength(old!.length);
    expect(edit.end - edit.start).toBe(old!.length);
  }
});
