import { basename, join } from 'node:path';
import { jsonErrorPlace, withoutMark } from '../config/json-place.ts';
import { readIfExists } from '../disk/sync-read.ts';
import { ruleNames } from '../rules/rule-names.ts';
import * as z from '../zod.ts';
import { findAgents, findSkills } from './find.ts';
import { isPathBelow, isSkillName } from './names.ts';
import { packError } from './pack-error.ts';

const below = z
  .string()
  .check(
    z.refine((path) => path === '.' || isPathBelow(path), { error: 'is outside of the pack' }),
  );

/** A text that is shown in a terminal. */
const line = z
  .string()
  .check(z.regex(/^\P{Cc}+$/u, { error: 'is empty or has a control character' }));
const permission = z.string().check(
  z.regex(/^(?:[A-Z]\w*|mcp__[\w-]+)(?:\([^\p{Cc}]+\))?$/u, {
    error: 'is not a permission rule, such as Bash(git status)',
  }),
);
const id = z
  .string()
  .check(z.refine(isSkillName, { error: 'is not of the form a-z, 0-9 and single hyphens' }));

/**
 * pack.json. `skills` are folders with a SKILL.md (`.` is the pack's own), `agents` are files; both
 * are below the pack's folder. `hooks` are names of cc-mirror's rules, never commands. If a build
 * lacks something in `requires`, its text in `fallbacks` is shown at install; without one the pack
 * is refused. `Agent|Task` is one tool with two names.
 */
const schema = z
  .strictObject({
    id,
    description: line,
    skills: z._default(z.array(below), []),
    agents: z._default(z.array(below), []),
    hooks: z._default(z.array(z.enum(ruleNames)), []),
    permissions: z._default(z.array(permission), []),
    requires: z._default(
      z.strictObject({
        capabilities: z._default(z.array(z.enum(['tasks', 'teams'])), []),
        tools: z._default(z.array(line), []),
      }),
      { capabilities: [], tools: [] },
    ),
    fallbacks: z._default(z.record(z.string(), line), {}),
  })
  .check(
    z.superRefine(({ requires, fallbacks }, context) => {
      const needs: string[] = [...requires.capabilities, ...requires.tools];
      for (const key of Object.keys(fallbacks).filter((key) => !needs.includes(key))) {
        const message = 'is not required by the pack';
        context.addIssue({ code: 'custom', path: ['fallbacks', key], message });
      }
    }),
  );

export type Manifest = z.infer<typeof schema>;

/** Reads pack.json in a folder; null if there is none. Error: `usage` if it is not valid. */
export function readManifest(folder: string, source: string): Manifest | null {
  const path = join(folder, 'pack.json');
  const text = readIfExists(path);
  if (text === null) return null;
  let json: unknown;
  try {
    json = JSON.parse(withoutMark(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw packError(path, `invalid JSON at ${jsonErrorPlace(text)}`, source);
  }
  const { success, data, error } = schema.safeParse(json);
  if (success) return data;
  const [issue] = error.issues;
  throw packError(path, `${issue?.path.join('.') || 'the pack'}: ${issue?.message}`, source);
}

/** The manifest of a folder without pack.json: its own skill, or those in `skills`, or the others. */
export function inferManifest(folder: string): Manifest {
  const found = findSkills(folder);
  const inSkills = found.filter((path) => path.startsWith('skills/'));
  const others = inSkills.length > 0 ? inSkills : found;
  return {
    id: basename(folder),
    description: '',
    skills: found.includes('.') ? ['.'] : others,
    agents: findAgents(folder),
    hooks: [],
    permissions: [],
    requires: { capabilities: [], tools: [] },
    fallbacks: {},
  };
}
