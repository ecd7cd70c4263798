import { CcMirrorError } from '../errors.ts';
import { modelVariable } from '../provider/models.ts';
import type { Pack } from '../skill/pack.ts';
import type { Tools } from '../skill/tools.ts';
import type { Setting } from '../skill/view.ts';
import type { Choice } from './choose-capability.ts';
import type { PackRecord } from '../variant/record.ts';

/** The packs that a variant will have. */
export interface Packs {
  /** Packs whose files will be written. */
  present: Pack[];
  /** Packs whose folder is gone: their installed files stay as they are. */
  gone: PackRecord[];
}

/** What the record says about the packs, in a stable order. */
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

/** Notes for the user on what packs other than ours may do without asking. */
export function grantsOf({ present }: Packs): string[] {
  return present
    .filter(({ source, permissions }) => isFolder(source) && permissions.length > 0)
    .map(({ id, permissions }) => `${id} is allowed without asking: ${permissions.join(', ')}`);
}

/** Whether a source is a folder of the user's; shipped packs have ids. */
function isFolder(source: string): boolean {
  return /[/\\]/.test(source);
}

/**
 * Claude Code's permission rules for packs: using their skills, reading the files of these (which are
 * outside the project), and what each pack asks for.
 */
export function permissionsOf(packs: readonly PackRecord[], configDir: string): string[] {
  const folder = rulePath(configDir);
  const rules = packs.flatMap(({ skills, permissions }) => [
    ...skills.flatMap((name) => [`Skill(${name})`, `Read(${folder}/skills/${name}/**)`]),
    ...permissions,
  ]);
  return [...new Set(rules)];
}

/** An absolute path in a permission rule: with two slashes, and on Windows the drive as a folder. */
function rulePath(path: string): string {
  const slashed = path.replaceAll('\\', '/').replace(/^([A-Za-z]):/, (_, drive: string) => {
    return `/${drive.toLowerCase()}`;
  });
  return `/${slashed.replace(/^\/+/, '/')}`;
}

/**
 * The pack's fallback for everything that it needs and a build lacks, in words. If the build was not
 * run (`tools` null), nothing is known about its tools. `why`: the user's settings that hide
 * something. Error: `capability-unavailable` if a pack has no fallback.
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
        `${why === null ? 'Leave it out' : 'Remove that setting, or leave out the pack'}: --skills with the others, or --no-skills.`,
      );
    });
  });
}

/** The tools that packs need and a run did not show; `Agent|Task` means either. */
export function missingTools(packs: readonly Pack[], tools: Tools): string[] {
  const needs = packs.flatMap(({ requires }) => requires.tools);
  return needs.filter((need) => !need.split('|').some((name) => name in tools));
}

function names(need: string): string {
  return need.replaceAll('|', ' or ');
}

/** The models of a variant's workers, from its launcher's variables. */
export function modelsIn(env: Readonly<Record<string, string>>): Setting['models'] {
  const model = (kind: keyof Setting['models']): string | null => env[modelVariable[kind]] ?? null;
  return {
    haiku: model('haiku'),
    sonnet: model('sonnet'),
    opus: model('opus'),
    subagent: model('subagent'),
  };
}
