import { jsonErrorPlace, linesOfPaths, withoutMark } from '../config/json-place.ts';
import { CcMirrorError } from '../errors.ts';
import type { z } from '../zod.ts';
import { extendedWith } from './preset/extend.ts';
import { type Preset, asUsed, presetSchema } from './preset/schema.ts';

export { type KeyHeader, type Preset, keyHeaders } from './preset/schema.ts';

export const keyVariables = ['ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_API_KEY'] as const;
export type KeyVariable = (typeof keyVariables)[number];

/** The variable from which Claude Code reads a key that is sent this way. */
export function keyVariableFor(auth: Preset['auth']['type']): KeyVariable {
  return auth === 'bearer' ? 'ANTHROPIC_AUTH_TOKEN' : 'ANTHROPIC_API_KEY';
}

/** The preset's own address, null for Anthropic's, and those of its endpoints; parameters as they are. */
export function addressesOf({
  baseUrl,
  endpoints,
}: Pick<Preset, 'baseUrl' | 'endpoints'>): (string | null)[] {
  return [...new Set([baseUrl, ...endpoints.map((endpoint) => endpoint.baseUrl)])];
}

/**
 * Parses a preset's JSON text; `file` is for messages only. `baseOf` gives the JSON of the preset that
 * it extends, null if there is none; without it, presets cannot extend others. CcMirrorError
 * `invalid-preset`, which names the file, line and field of everything wrong, and what to do.
 */
export function parsePreset(
  json: string,
  file: string,
  baseOf: ((id: string) => unknown) | null = null,
): Preset {
  const written = extendedWith(parseJson(json, file), baseOf);
  if ('problem' in written) {
    throw broken(json, file, [{ path: ['extends'], message: written.problem }]);
  }
  const result = presetSchema.safeParse(written.json);
  if (result.success) return asUsed(result.data);
  throw broken(json, file, result.error.issues);
}

type Issue = Pick<z.core.$ZodIssue, 'path' | 'message'>;

function broken(json: string, file: string, issues: readonly Issue[]): CcMirrorError {
  const paths = issues.map(({ path }) => path.filter((key) => typeof key !== 'symbol'));
  const lines = linesOfPaths(json, paths);
  const problems = issues.map((issue, at) => `line ${lines[at]}: ${describe(issue)}`);
  return new CcMirrorError('invalid-preset', `${file}: ${problems.join('; ')}`, repair(file));
}

/** What to do about a broken preset file. */
export function repair(file: string): string {
  return `Correct ${file}, or move it out of the folder`;
}

function parseJson(json: string, file: string): unknown {
  try {
    return JSON.parse(withoutMark(json));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The parser's own message quotes the text, which may contain a key.
    const place = jsonErrorPlace(json);
    throw new CcMirrorError('invalid-preset', `${file}:${place} is not valid JSON`, repair(file));
  }
}

function describe({ path, message }: Issue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}
