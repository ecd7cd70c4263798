import { CcMirrorError } from '../errors.ts';
import type { Pack } from '../skill/pack.ts';
import type { Tools } from '../skill/tools.ts';
import type { Setting } from '../skill/view.ts';
import type { Choice } from './choose-capability.ts';
import type { PackRecord } from '../variant/record.ts';

/** The packs that a variant is to have. */
export interface Packs {
  /** Those at hand, to be written anew. */
  present: Pack[];
  /** Those whose folder is gone: what is installed of them stays as it is. */
  gone: PackRecord[];
}

/** What the record keeps of the packs, in a stable order. */
export function recordsOf({ present, gone }: Packs): PackRecord[] {
  return [...present.map(recordOf), ...gone];
}

function recordOf({ source, id, skills, agents, hooks, permissions }: Pack): PackRecord {
  return {
    source,
    id,
    skills: skills.map(({ name }) => name),
    agents: agents.map(({ name }) => name),
    hooks: [...hooks],
    permissions: [...permissions],
  };
}

/** What packs that are not ours allow themselves: the user should know. */
export function grantsOf({ present }: Packs): string[] {
  return present
    .filter(({ source, permissions }) => isFolder(source) && permissions.length > 0)
    .map(({ id, permissions }) => `${id} is allowed without asking: ${permissions.join(', ')}`);
}

/** Whether a source names a folder of the user's; shipped packs are named by their ids. */
function isFolder(source: string): boolean {
  return /[/\\]/.test(source);
}

/**
 * What packs may do without asking, as Claude Code's permission rules: their skills, reading the
 * files beside these (they lie outside of the project), and what a pack asks for itself.
 */
export function permissionsOf(packs: readonly PackRecord[], configDir: string): string[] {
  const folder = rulePath(configDir);
  const rules = packs.flatMap(({ skills, permissions }) => [
    ...skills.flatMap((name) => [`Skill(${name})`, `Read(${folder}/skills/${name}/**)`]),
    ...permissions,
  ]);
  return [...new Set(rules)];
}

/** An absolute path in a permission rule: two slashes, on Windows the drive as a folder. */
function rulePath(path: string): string {
  const slashed = path.replaceAll('\\', '/').replace(/^([A-Za-z]):/, (_, drive: string) => {
    return `/${drive.toLowerCase()}`;
  });
  return `/${slashed.replace(/^\/+/, '/')}`;
}

/**
 * What packs need and a build does not have, each with the pack's own way around it. Of a build
 * that was not run (`tools` null) the tools are not known, so nothing is said of them.
 * `why`: what of the user's hides something. Error: `capability-unavailable` where a pack knows no way.
 */
export function fallbacksOf(
  packs: readonly Pack[],
  tools: Tools | null,
  capabilities: Readonly<Record<'tasks' | 'teams', Choice['state']>>,
  why: string | null = null,
): string[] {
  return packs.flatMap((pack) => {
    const off = pack.requires.capabilities.filter(
      (name) => !['on', 'deferred'].includes(capabilities[name]),
    );
    const missing = tools === null ? [] : missingTools([pack], tools);
    return [...off, ...missing].map((need) => {
      const fallback = pack.fallbacks[need];
      if (fallback !== undefined) return `${pack.id}: without ${names(need)} ${fallback}`;
      throw new CcMirrorError(
        'capability-unavailable',
        `The pack ${pack.id} needs ${names(need)}, which this variant would not have${why === null ? '' : `: ${why}`}.`,
        `${why === null ? 'Leave it' : 'Take that setting out, or leave the pack'} out: --skills with the others, or --no-skills.`,
      );
    });
  });
}

/** The tools that packs need and a run did not show; `Agent|Task` is either. */
export function missingTools(packs: readonly Pack[], tools: Tools): string[] {
  const needs = packs.flatMap(({ requires }) => requires.tools);
  return needs.filter((need) => !need.split('|').some((name) => name in tools));
}

function names(need: string): string {
  return need.replaceAll('|', ' or ');
}

/** The models of a variant's workers, from its launcher's variables. */
export function modelsIn(env: Readonly<Record<string, string>>): Setting['models'] {
  const tier = (name: string): string | null => env[`ANTHROPIC_DEFAULT_${name}_MODEL`] ?? null;
  return {
    haiku: tier('HAIKU'),
    sonnet: tier('SONNET'),
    opus: tier('OPUS'),
    subagent: env['CLAUDE_CODE_SUBAGENT_MODEL'] ?? null,
  };
}
