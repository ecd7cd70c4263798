import { expect, test } from 'vitest';
import { analyze } from '../../../../src/gates/analyze.ts';
import type { CapabilityAnalysis } from '../../../../src/gates/types.ts';
import { moduleOf } from '../modules.ts';

const variable = 'CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS';
const read = `process.env.${variable}`;
const around = `import{policy,P}from"x";var remote=new Map;
function flag(n,d){let v=remote.get(n);return v===void 0?d:v}
function yes(v){return["1","true"].includes(v)}\n`;
const tool = (isEnabled: string): string =>
  `var tool={name:"TeamCreate",isEnabled(){${isEnabled}}};`;

const teamsOf = (code: string): CapabilityAnalysis => analyze([moduleOf(around + code)]).teams;

/** The function that decides: the edit replaces its body. */
test.each<[string, string, string]>([
  [
    'the reader itself',
    `function gate(){return yes(${read})&&P.x()}`,
    `return yes(${read})&&P.x()`,
  ],
  [
    'its only caller',
    `function reads(){return yes(${read})}function gate(){return reads()||flag("tengu_t",!1)}`,
    'return reads()||flag("tengu_t",!1)',
  ],
  [
    'the caller of its caller',
    `function reads(){return yes(${read})}function through(){return reads()}function gate(){return through()||flag("tengu_t",!1)}`,
    'return through()||flag("tengu_t",!1)',
  ],
  [
    'an arrow',
    `var reads=()=>yes(${read}),gate=()=>{return reads()||flag("tengu_t",!1)}`,
    'return reads()||flag("tengu_t",!1)',
  ],
  [
    'the reader, if its caller is no gate: it takes a parameter',
    `function reads(){return yes(${read})}function other(a){return reads()&&!a}`,
    `return yes(${read})`,
  ],
  [
    'the reader, if its caller gives something else',
    `function reads(){return yes(${read})}function other(){return reads()?"a":"b"}`,
    `return yes(${read})`,
  ],
  [
    'the reader, if its caller gives the opposite',
    `function reads(){return yes(${read})}function other(){return!reads()}`,
    `return yes(${read})`,
  ],
  [
    'the reader, if two call it',
    `function reads(){return yes(${read})}function one(){return reads()}function two(){return reads()}`,
    `return yes(${read})`,
  ],
  [
    'the reader, if it is only mentioned',
    `function reads(){return yes(${read})}function other(){return!!P.of(reads)}`,
    `return yes(${read})`,
  ],
  [
    'the reader, if a local name hides it',
    `function reads(){return yes(${read})}function other(reads){return reads()}`,
    `return yes(${read})`,
  ],
])('%s', (_, code, body) => {
  expect(
    `{${teamsOf(code)
      .chains()[0]
      ?.source.replace(/^[^{]*\{/, '')}`,
  ).toBe(`{${body}}`);
});

test.each<[string, string, string]>([
  ['one that is on', `function gate(){return!!${read}}`, 'env'],
  ['read by its quoted name', `function gate(){return!!process.env["${variable}"]}`, 'env'],
  ['read by either name', `function gate(){return!!process.env.CLAUDE_CODE_AGENT_SWARMS}`, 'env'],
  ['a constant', 'var a=1', 'absent'],
  ['a comment', `/* ${variable} */`, 'absent'],
  ['the name of something else', `var a={b:{${variable}X:1}}`, 'absent'],
  ['two functions', `function a(){return!!${read}}function b(){return!${read}}`, 'unknown'],
  ['a reader with a parameter', `function gate(a){return!!${read}}`, 'unknown'],
  ['a reader that gives a text', `function gate(){return ${read}}`, 'unknown'],
  ['a read outside of functions', `var a=${read}`, 'unknown'],
  ['a statement that does not parse', `function gate(){return!!${read}+}`, 'unknown'],
  ['a tool without the variable', tool('return P.x'), 'unknown'],
  ['a tool that asks a constant true', `function on(){return!0}${tool('return on()')}`, 'on'],
  [
    'a tool that asks a constant false',
    `function off(){return!1}${tool('return off()')}`,
    'unknown',
  ],
  [
    'a tool that asks a constant true, too',
    `function on(){return!0}${tool('return P.x&&on()')}`,
    'on',
  ],
  ['a body that we edited', `function gate(){return!0/*${variable} cc-mirror*/}`, 'on'],
  ['a text like our mark', `function gate(){return"/*${variable} cc-mirror*/"}`, 'unknown'],
])('%s', (_, code, verdict) => {
  expect(teamsOf(code).verdict).toBe(verdict);
});

test('says why', () => {
  const why = (code: string): string => teamsOf(code).reason;
  expect(why('var a=1')).toBe(
    'no function of the build checks CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS or CLAUDE_CODE_AGENT_SWARMS',
  );
  expect(why(`/* ${variable} */`)).toBe(
    `no function of the build checks ${variable}, though it is named`,
  );
  expect(why(`function a(){return!!${read}}function b(){return!${read}}`)).toBe(
    '2 functions depend on a teams variable',
  );
  expect(why(`function gate(){return ${read}}`)).toBe(
    `${variable} is read, but no function returns true or false from it`,
  );
  expect(why(`function gate(){return!!${read}+}`)).toBe(
    `the code around ${variable} in input.js does not parse`,
  );
  expect(why(tool('return P.x'))).toBe(
    'the build has the tool TeamCreate, but nothing in it depends on a teams variable',
  );
  expect(why(`function gate(){return!0/*${variable} cc-mirror*/}`)).toBe(
    'already edited by cc-mirror',
  );
});

test('an edit has to keep the variable by which the gate is found', () => {
  const reads = `function reads(){return yes(${read})}`;
  const { flip } = teamsOf(`${reads}function gate(){return reads()||flag("tengu_t",!1)&&!1}`);
  expect(flip).toBeNull();
  const direct = teamsOf(`function gate(){return yes(${read})&&flag("tengu_tttttttttttttttt",!1)}`);
  expect(direct.flip?.edit.after).toContain(`return!0/*${variable} cc-mirror*/`);
});
