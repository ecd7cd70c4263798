import { Buffer } from 'node:buffer';
import type { AnyNode } from 'acorn';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/gates/analyze.ts';
import { isFunction } from '../../../src/gates/syntax/located.ts';
import { descendants } from '../../../src/gates/syntax/source.ts';
import { teamsVariables } from '../../../src/gates/find/teams.ts';
import {
  type CapabilityName,
  type Edit,
  type SourceModule,
  capabilityNames,
} from '../../../src/gates/types.ts';
import { applyEdit, readFixtures } from './modules.ts';
import { functionsReached, parseModule, placeOf } from './reached.ts';

/** Where a capability's functions begin, for the check that knows nothing of the engine. */
const isRoot: Record<CapabilityName, (node: AnyNode, around: readonly AnyNode[]) => boolean> = {
  tasks: (node, around) => {
    const [tool, entry] = around.slice(-2);
    return (
      entry?.type === 'Property' &&
      isKey(entry, 'isEnabled') &&
      entry.value === node &&
      tool?.type === 'ObjectExpression' &&
      tool.properties.some((one) => isKey(one, 'name'))
    );
  },
  teams: (node) => isFunction(node) && [...descendants(node)].some(readsTeams),
};

function isKey(node: AnyNode, name: string): boolean {
  return node.type === 'Property' && node.key.type === 'Identifier' && node.key.name === name;
}

function readsTeams(node: AnyNode): boolean {
  if (node.type !== 'MemberExpression') return false;
  const { property } = node;
  const name = property.type === 'Identifier' ? property.name : '';
  return teamsVariables.includes(name);
}

/** The one function of a module whose body is exactly what an edit replaces. */
function functionWithBody(module: SourceModule, edit: Edit): AnyNode {
  const at = (offset: number): number =>
    module.bytes.subarray(0, offset).toString(module.encoding).length;
  const [start, end] = [at(edit.start), at(edit.end)];
  const program = parseModule(module);
  const found = [...(program ? descendants(program) : [])].filter((node) => {
    if (!isFunction(node)) return false;
    const inside = node.body.type === 'BlockStatement' ? 1 : 0;
    return node.body.start + inside === start && node.body.end - inside === end;
  });
  expect(found).toHaveLength(1);
  return found[0]!;
}

describe.each(readFixtures())('$name', ({ modules, expected }) => {
  const analysis = analyze(modules);

  test.each(capabilityNames)('%s: verdict, environment and edit', (capability) => {
    const found = analysis[capability];
    const wanted = expected[capability];
    expect(found).toMatchObject({ verdict: wanted.verdict });
    expect(found.env).toEqual(wanted.env ?? null);
    for (const text of wanted.reason ?? []) expect(found.reason).toContain(text);
    expect(found.flip?.edit ?? {}).toMatchObject(wanted.edit ?? {});
    expect(found.flip === null).toBe(wanted.edit === undefined);
  });

  test.each(capabilityNames.filter((name) => expected[name].edit))(
    '%s: the edit keeps every other byte and opens the gate',
    (capability) => {
      const edit = analysis[capability].flip!.edit;
      const module = modules.find(({ name }) => name === edit.module)!;
      const length = edit.end - edit.start;
      expect(module.bytes.subarray(edit.start, edit.end).toString(module.encoding)).toBe(
        edit.before,
      );
      expect(Buffer.byteLength(edit.after, module.encoding)).toBe(length);

      const edited = applyEdit(modules, edit);
      const after = edited.find(({ name }) => name === edit.module)!;
      expect(after.bytes.length).toBe(module.bytes.length);
      expect(after.bytes.subarray(0, edit.start)).toEqual(module.bytes.subarray(0, edit.start));
      expect(after.bytes.subarray(edit.end)).toEqual(module.bytes.subarray(edit.end));
      expect(parseModule(after)).not.toBeNull();

      // The span is the body of one function, and that the one the tools' names lead to.
      const whole = functionWithBody(module, edit);
      expect([...functionsReached(modules, isRoot[capability])]).toContain(placeOf(module, whole));

      const again = analyze(edited)[capability];
      expect(again).toMatchObject({ verdict: expected[capability].afterEdit ?? 'on' });
      expect(again.flip).toBeNull();
    },
  );
});
