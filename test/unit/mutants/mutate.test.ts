import { describe, expect, it } from 'vitest';
import { mutantsOf } from '../../mutants/mutate.ts';
import { withProbes } from '../../mutants/probes.ts';

const edits = (source: string, file = 'src/rules/x.ts'): string[] =>
  mutantsOf(file, source).map(({ edit }) => edit);

describe('mutantsOf', () => {
  it.each<[string, string[]]>([
    ['if (a === b) c();', ['a === b → true', 'a === b → false', 'c(); → ;']],
    ['x = a && b || c;', ['a && b → ((a) || (b))', 'a && b || c → ((a && b) && (c))']],
    ['x = a < b;', ['< → <=']],
    ['x = !a;', ['!a → a']],
    ['x = `${a}` + b - c;', ['- → +']],
    ['x = a?.b;', ['?. → .']],
    ['x = a?.[b] + a?.(c);', ['?. → ', '+ → -', '?. → ']],
    ['x = a ?? b;', ['a ?? b → a']],
    ['x = a[0] ?? b;', []],
    ['x = a.some(b);', ['some → every']],
    ['x = a.filter(b).c;', ['.filter(b) → ']],
    ['x = [a, b];', ['[a, b] → []']],
    ['x = true;', ['true → false']],
    ['x = /^a+\\+[^+$]$/;', [1, 3, 11].map((at) => removed('/^a+\\+[^+$]$/', at))],
    ["x = 'word';", ["'word' → ''"]],
    ["x = 'some words';", []],
    ["throw new AnError('code', 'message');", ["'code' → ''"]],
    ["import a from 'b';", []],
    ['type A = "x"; const a = b as "c";', []],
    ['open(a, 0o600);', ['0o600 → 0o777']],
    ['while (a) b();', ['a → false', 'b(); → ;']],
    ['function f() { return g(); }', ['g() → undefined']],
    ['function f() { return undefined; }', []],
  ])('edits %s', (source, expected) => {
    const found = edits(source).filter((edit) => !/^(?:x = .*|throw .*|open\(.*) → ;$/.test(edit));
    expect(found).toEqual(expected);
  });

  it('edits the texts of launchers, and awaits where changes have to be on disk in order', () => {
    expect(edits("const a = ['if x', `y ${z}`];", 'src/launcher/x.ts')).toHaveLength(3);
    expect(edits('await a();', 'src/transaction/x.ts')).toEqual([
      'await a(); → ;',
      'await a(); → void a();',
    ]);
  });

  it('names the line, its text and the innermost function', () => {
    const source = 'const a = 1;\nfunction f() {\n  return () => !b;\n}\n';
    const [outer, inner] = mutantsOf('src/x.ts', source);
    expect(outer).toMatchObject({ line: 3, scope: 'f', code: 'return () => !b;', within: 0 });
    expect(inner).toMatchObject({ line: 3, scope: 'f', edit: '!b → b', within: 1 });
    expect(inner?.text).toBe(source.replace('!b', 'b'));
  });
});

function removed(text: string, at: number): string {
  return `${text} → ${text.slice(0, at)}${text.slice(at + 1)}`;
}

it('withProbes has every function note its name', () => {
  const source = 'function f(a: number) { return g(() => ({ a })); }\nconst g = (h) => h();';
  const note = (index: number): string => `globalThis.mutantHit?.("x#${index}")`;
  expect(withProbes('x', source)).toBe(
    `${note(-1)};function f(a: number) {${note(0)}; return g(() => ((${note(1)},{ a }))); }\n` +
      `const g = (h) => (${note(2)},h());`,
  );
});
