import { secretVariables } from '../../claude-variables.ts';
import type { z } from '../../zod.ts';
import { capabilityVariables, isVariableName, ownedVariables } from '../variables.ts';
import { parameterNames } from './fields.ts';

/** The fields that have to fit together. */
interface Whole {
  baseUrl?: string | null | undefined;
  regions: readonly { id: string }[];
  plans: readonly { id: string }[];
  endpoints: readonly {
    region?: string | undefined;
    plan?: string | undefined;
    baseUrl: string;
  }[];
  parameters: readonly { name: string }[];
  mcpServers: Readonly<Record<string, { command?: string | undefined; url?: string | undefined }>>;
}

type Report = (where: PropertyKey[], message: string) => void;

/** What one field cannot know. */
export function checkWhole(preset: Whole, context: z.core.$RefinementCtx): void {
  const report: Report = (path, message) => context.addIssue({ code: 'custom', path, message });
  checkAddresses(preset, report);
  checkPlaces(preset, report);
  for (const [name, { command, url }] of Object.entries(preset.mcpServers)) {
    if ((command === undefined) === (url === undefined)) {
      report(['mcpServers', name], 'must have a command or a url');
    }
  }
}

function checkAddresses({ baseUrl, endpoints, parameters }: Whole, report: Report): void {
  const [first] = endpoints;
  if (baseUrl === undefined && first === undefined) report(['baseUrl'], 'is missing');
  if (baseUrl !== undefined && first !== undefined && baseUrl !== first.baseUrl) {
    report(['baseUrl'], 'must be that of the first endpoint, or be left out');
  }
  const declared = new Set(parameters.map(({ name }) => name));
  const named = [baseUrl, ...endpoints.map((one) => one.baseUrl)].flatMap((one) =>
    one ? parameterNames(one) : [],
  );
  const missing = named.find((name) => !declared.has(name));
  if (missing !== undefined) {
    report(['parameters'], `does not have ${missing}, which an address names`);
  }
}

/** Each endpoint has a place of its own that is declared, and each declared place has an endpoint. */
function checkPlaces({ regions, plans, endpoints }: Whole, report: Report): void {
  const kinds = [
    ['region', 'regions', regions],
    ['plan', 'plans', plans],
  ] as const;
  const seen = new Set<string>();
  for (const [at, one] of endpoints.entries()) {
    for (const [kind, all, known] of kinds) {
      if (one[kind] !== undefined && !known.some(({ id }) => id === one[kind])) {
        report(['endpoints', at, kind], `is not one of ${all}`);
      }
    }
    const place = `${one.region}/${one.plan}`;
    if (seen.has(place)) report(['endpoints', at], 'has the region and plan of another');
    seen.add(place);
  }
  for (const [kind, all, known] of kinds) {
    for (const [at, { id }] of known.entries()) {
      if (!endpoints.some((one) => one[kind] === id)) report([all, at, 'id'], 'has no endpoint');
    }
  }
}

export function checkVariables(env: Record<string, string>, context: z.core.$RefinementCtx): void {
  for (const [name, value] of Object.entries(env)) {
    const problem = variableProblem(name, value);
    if (problem !== null) context.addIssue({ code: 'custom', path: [name], message: problem });
  }
}

/** By these, a file that is data would have other programs run, or the same one differently. */
const startsPrograms =
  /^(LD_.*|DYLD_.*|(NODE|BUN)_OPTIONS|BASH_ENV|ENV|PATH|HOME|USERPROFILE|IFS|SHELL|COMSPEC|PATHEXT|CLAUDE_ENV_FILE|CLAUDE_CODE_SHELL(_PREFIX)?|CLAUDE_CODE_TEAMMATE_COMMAND)$/i;

function variableProblem(name: string, value: string): string | null {
  if (!isVariableName(name)) return 'is not a variable name';
  if (value.includes('\0')) return 'has a NUL character in its value';
  if (secretVariables.has(name) && value !== '') {
    return 'is a credential, which a preset must not contain';
  }
  if (ownedVariables.has(name)) return 'is set by cc-mirror itself';
  if (startsPrograms.test(name)) return 'decides which programs run, which a preset cannot';
  if (capabilityVariables.has(name)) {
    return 'belongs to the task and team features, which a provider cannot set';
  }
  return null;
}
