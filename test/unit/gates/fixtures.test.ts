import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/gates/analyze.ts';
import { parseAs } from '../../../src/gates/source.ts';
import { capabilityNames } from '../../../src/gates/types.ts';
import { applyEdit, readFixtures } from './modules.ts';

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
      expect(parseAs(after.bytes.toString(after.encoding), after.format)).not.toBeNull();

      const again = analyze(edited)[capability];
      expect(again).toMatchObject({ verdict: expected[capability].afterEdit ?? 'on' });
      expect(again.flip).toBeNull();
    },
  );
});
