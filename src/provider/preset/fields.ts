import * as z from '../../zod.ts';
import { isVariableName } from '../variables.ts';

/** An id: lower-case letters, digits and single hyphens. */
export const slug = z
  .string()
  .check(
    z.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower-case letters, digits and single hyphens'),
  );

/** One line that is not empty. */
export const text = z.string().check(
  z.trim(),
  z.minLength(1),
  z.refine((value) => !/[\p{Cc}\u2028\u2029]/u.test(value), 'must be one line'),
);

const withoutUser = z.refine<string>(
  (value) => !/^[^/]*\/\/[^/]*@/.test(value),
  'must not hold a user name or password',
);

export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .check(withoutUser);

/** An address that Claude Code appends /v1/messages to; `${NAME}` stands for a parameter. */
export const address = z.string().check(
  z.refine(isAddress, 'must be an http or https URL'),
  withoutUser,
  z.refine((value) => !/[?#]/.test(value), 'must not have a query or a fragment'),
);

/** A path on the host of an address. */
export const path = z
  .string()
  .check(z.regex(/^\/(?!\/)[\w./~-]*$/, 'must be a path that begins with one /'));

function isAddress(value: string): boolean {
  const example = filled(value, {});
  return (
    /^https?:\/\/[^/\\\s]/i.test(example) &&
    URL.canParse(example) &&
    !/[\s\p{Cc}$\\]/u.test(example)
  );
}

const parameter = /\$\{([^}]*)\}/g;

/** The parameters in an address. */
export function parameterNames(template: string): string[] {
  return [...template.matchAll(parameter)].map(([, name = '']) => name);
}

/** The address with values in place of its parameters; one without a value becomes `x`. */
function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(parameter, (whole, name: string) =>
    isVariableName(name) ? (values[name] ?? 'x') : whole,
  );
}
