import { presetSchema } from '../../src/provider/preset/schema.ts';
import * as z from '../../src/zod.ts';

/**
 * The schema of presets as JSON Schema, for editors. What only the program checks (names of variables,
 * addresses, what belongs together) is not in it. A preset that extends another may leave out the rest.
 */
export function jsonSchema(): object {
  const { required, ...schema } = z.toJSONSchema(presetSchema, {
    io: 'input',
    unrepresentable: 'any',
  });
  const whole = (required ?? []).filter((field) => field !== 'id');
  return {
    ...schema,
    title: 'A provider of cc-mirror',
    properties: {
      ...schema.properties,
      extends: { type: 'string', description: 'A shipped preset' },
    },
    required: ['id'],
    if: { not: { required: ['extends'] } },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    then: { required: whole },
  };
}
