import { expect, test } from 'vitest';
import { analyze } from '../../../src/gates/analyze.ts';
import { moduleOf } from './modules.ts';

const tools = ['TaskCreate', 'TaskGet', 'TaskUpdate', 'TaskList']
  .map((name) => `{name:"${name}",isEnabled(){return gate()}}`)
  .join(',');

function verdictOf(helpers: string, gate = 'return flag("tengu_x",!1)'): string {
  const code = `var remote=new Map,seen=new Set,kept=config;${helpers}
function gate(){${gate}}var tools=[${tools}];`;
  return analyze([moduleOf(code)]).tasks.verdict;
}

const enabled =
  'function enabled(){return sends()}function sends(){return!quiet()}function quiet(){return yes(process.env.CLAUDE_CODE_USE_BEDROCK)||!!process.env.DISABLE_TELEMETRY}function yes(v){return String(v)==="1"}';
const lookUp = 'remote.get(n)';

/** Flag readers in the shapes of published builds. */
test.each<[string, string]>([
  ['a map', `function flag(n,d){let v=${lookUp};return v===void 0?d:v}`],
  [
    'overrides, telemetry and a cache',
    `${enabled}function over(){return held}function note(n){seen.add(n)}
function flag(n,d){let o=over();if(o&&n in o)return o[n];if(!enabled())return d;if(seen.has(n))note(n);else seen.add(n);if(remote.has(n))return remote.get(n);try{let v=kept().flags?.[n];return v!==void 0?v:d}catch{return d}}`,
  ],
  [
    'a refresh before the lookup',
    `${enabled}var refresh=once(async(n,d)=>{if(await ask(n))throw d});
function flag(n,d){if(!enabled())return d;if(refresh(n,d),seen.has(n))seen.add(n);return kept().flags?.[n]??d}`,
  ],
  [
    'a reader that also returns the source',
    `${enabled}function cast(v,d){return v===null?d:v}function late(n,c){if(c.old?.[n])seen.add(n)}
function of(n,d){if(!enabled())return{value:d,source:"disabled"};let c=kept(),v=c.flags?.[n];if(v!==void 0)return late(n,c),{value:cast(v,d),source:"disk"};return{value:d,source:"fallback"}}
function flag(n,d){return of(n,d).value}`,
  ],
  [
    'a singleton class',
    'function of(n,d,o,all){let c=client();return all?c.getValueWithSource(n,d,o,!0):c.getValueWithSource(n,d,o)}function client(){return kept}function flag(n,d,o){return of(n,d,o,!0).value}',
  ],
  [
    'pinned values',
    'function of(n,d){return remote.get(n)??d}function flag(n,d){let p=kept().pinned??=new Map;if(!p.has(n))p.set(n,of(n,d));return p.get(n)}',
  ],
  ['a conversion', `function flag(n,d){return!!(${lookUp}??d)}`],
])('%s: a flag reader', (_, helpers) => {
  expect(verdictOf(helpers)).toBe('flip');
});

/** Functions that take a flag's name and may ask a policy, too: their calls are never removed. */
test.each<[string, string]>([
  ['a policy first', `function flag(n,d){if(policy())return d;return ${lookUp}??d}`],
  [
    'a policy of the bundle',
    `function denied(){return settings.tasksDenied}function flag(n,d){if(denied())return d;return ${lookUp}??d}`,
  ],
  [
    'a policy beside telemetry',
    `${enabled}function ok(){return enabled()&&!denied()}function denied(){return held("allow_tasks")}function flag(n,d){if(!ok())return d;return ${lookUp}??d}`,
  ],
  [
    'an unknown policy beside telemetry',
    `function ok(){return!process.env.DISABLE_TELEMETRY&&policy()}function flag(n,d){return ok()?${lookUp}:d}`,
  ],
  [
    'a policy deep below telemetry',
    `function ok(){return!process.env.DISABLE_TELEMETRY&&a()}${'abcdefg'
      .split('')
      .map((f, at) => `function ${f}(){return ${'bcdefgh'[at]}()}`)
      .join(
        '',
      )}function h(){return held("allow_tasks")}function flag(n,d){return ok()?${lookUp}:d}`,
  ],
  ['a policy after the lookup', `function flag(n,d){return(${lookUp}??d)&&allowed()}`],
  ['a policy before the lookup', `function flag(n,d){return allowed()&&${lookUp}}`],
  ['a policy that throws', `function flag(n,d){policy();return ${lookUp}??d}`],
  ['a policy in a sequence', `function flag(n,d){return policy(),${lookUp}??d}`],
  ['a policy asked by name', `function flag(n,d){if(policy(n))return d;return ${lookUp}??d}`],
  [
    'a policy method asked by name',
    `function flag(n,d){if(kept.denies(n))return d;return ${lookUp}??d}`,
  ],
  [
    'a policy in a nested reader',
    `function of(n,d){return allowed()?${lookUp}:d}function flag(n,d){return of(n,d)}`,
  ],
  [
    'a policy in a variable',
    `function flag(n,d){let p=policy();if(p)return d;return ${lookUp}??d}`,
  ],
  ['a state', `var denied=!1;function flag(n,d){return denied?d:${lookUp}}`],
  ['a member', `function flag(n,d){return kept.denied?d:${lookUp}}`],
  ['a default', `function flag(n,d=allowed()){return ${lookUp}??d}`],
  ['a pattern', `function flag(n,d){let{denied:p}=kept;return p?d:${lookUp}}`],
  ['a switch', `function flag(n,d){switch(policy()){case!0:return d}return ${lookUp}}`],
  ['a loop', `function flag(n,d){for(let p of kept)if(p)return d;return ${lookUp}}`],
  ['a throw', `function flag(n,d){if(!${lookUp})throw d;return d}`],
  [
    'an effect that throws',
    `function check(n){if(policy())throw n}function flag(n,d){check(n);return ${lookUp}}`,
  ],
  ['nothing looked up', 'function flag(n,d){return allowed()}'],
  ['an unused name', 'function flag(n,d){return d}'],
  ['a method', 'var o={flag(n,d){return policy()?d:n}};function flag(n,d){return o.flag(n,d)}'],
  ['a generator', `function*flag(n,d){return ${lookUp}}`],
  ['a promise', `async function flag(n,d){return ${lookUp}}`],
  ['an undeclared function', ''],
  ['an imported function', 'import{flag}from"x";'],
])('%s: no flag reader', (_, helpers) => {
  expect(verdictOf(helpers)).toBe('unknown');
});

test.each(['kept.flag("tengu_x",!1)', 'kept.allows("tengu_x")', 'permits("tengu_x")'])(
  '%s is no flag',
  (call) => {
    expect(verdictOf('function permits(n){return allowed()}', `return ${call}`)).toBe('unknown');
  },
);
