import { expect, test } from 'vitest';
import { analyze } from '../../../src/gates/analyze.ts';
import type { SourceModule } from '../../../src/gates/types.ts';
import { runBundle } from './link.ts';
import { applyEdit, moduleOf } from './modules.ts';
import { policyShapes } from './policy-shapes.ts';

const helpers = `function flag(n,d){let h=remote.get(n);return h===void 0?d:h}
function yes(v){if(!v)return!1;if(typeof v==="boolean")return v;return["1","true"].includes(v.toLowerCase().trim())}`;
const tools = ['TaskCreate', 'TaskGet', 'TaskUpdate', 'TaskList'].map(
  (name, i) => `var t${i}={name:"${name}",isEnabled(){return gate()}};register(t${i});`,
);

interface Setting {
  denied: boolean;
  flag: boolean | undefined;
  env: Readonly<Record<string, string>>;
}

const variable = 'CLAUDE_CODE_ENABLE_TASKS';
const settings = [true, false].flatMap((denied) =>
  [undefined, true, false].flatMap((flag) =>
    [{}, { [variable]: '1' }].map((env): Setting => ({ denied, flag, env })),
  ),
);

/** Runs a bundle and tells whether its tools are enabled; `throws` if a tool does. */
function compile(modules: readonly SourceModule[]): (setting: Setting) => boolean | 'throws' {
  let now: Setting = { denied: false, flag: undefined, env: {} };
  let env: Record<string, string> = {};
  const found: { isEnabled: () => unknown }[] = [];
  const assertPolicy = (): number => {
    if (now.denied) throw new Error('denied');
    return 0;
  };
  const P = {
    get denied() {
      return now.denied;
    },
    get interactive() {
      return !now.denied;
    },
    get isInteractive() {
      return !now.denied;
    },
    isDenied: () => now.denied,
    check: assertPolicy,
  };
  runBundle(modules, {
    process: {
      argv: [],
      get env() {
        return env;
      },
    },
    remote: { get: () => now.flag },
    policy: () => now.denied,
    allowed: () => !now.denied,
    list: () => (now.denied ? [1] : []),
    effect: () => 0,
    assertPolicy,
    P,
    getP: () => P,
    register: (tool: { isEnabled: () => unknown }) => found.push(tool),
  });
  return (setting) => {
    now = setting;
    env = { ...setting.env };
    try {
      return found.every((tool) => Boolean(tool.isEnabled()));
    } catch {
      return 'throws';
    }
  };
}

test.each(policyShapes)('%s %s', (more, body) => {
  const own = /(?:function|var) flag\b/.test(more)
    ? helpers.replace(/^function flag.*\n/, '')
    : helpers;
  const modules = [moduleOf(`${own}${more};function gate(){${body}}${tools.join('')}`, 'script')];
  const { env, flip } = analyze(modules).tasks;
  const before = compile(modules);
  const denied = settings.filter((setting) => setting.denied);
  expect(denied.filter((setting) => before(setting) === true)).toEqual([]);
  expect(settings.some((setting) => before(setting) === true)).toBe(true);
  // Variables must open a gate for certain, which no gate with such a policy allows.
  expect(env).toBeNull();
  if (!flip) return;
  const after = compile(applyEdit(modules, flip.edit));
  expect(denied.filter((setting) => after(setting) === true)).toEqual([]);
  const closed = settings.filter((one) => before(one) === true && after(one) !== true);
  expect(closed).toEqual([]);
});
