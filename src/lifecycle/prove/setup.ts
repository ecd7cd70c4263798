import { type OwnedValues, knownBefore, mergeOwned, parseObject } from '../../config/merge.ts';
import { readToEdit } from '../../disk/utf8.ts';
import type { ProjectFile } from '../../probe/plain-settings.ts';
import type { VariantLayout } from '../../variant/layout.ts';
import type { OwnedConfig } from '../../variant/owned-values.ts';
import type { Plan } from '../../plan/plan.ts';
import { withoutEffect } from '../../plan/provider-pin.ts';
import type { VariantRecord } from '../../variant/record.ts';

/** What decides about a variant's sessions apart from its program and its packs. */
export interface Setup {
  /** The launcher's variables. */
  env: Readonly<Record<string, string>>;
  /** The contents of settings.json, whose `env` overrides the launcher's. */
  settings: Readonly<Record<string, unknown>>;
  /** `env` of .claude.json, which overrides the launcher's but not that of settings.json. */
  stateEnv: unknown;
  /** Settings of the session's project, which override all others; a proof has none. */
  project?: readonly ProjectFile[];
}

type Places = Pick<VariantLayout, 'settings' | 'state'>;

/** The current setup of a variant. Error: `invalid-record` for a file that is not a JSON object. */
export function readSetup(env: Setup['env'], places: Places): Setup {
  return plannedSetup(env, places, { 'settings.json': {}, '.claude.json': {} }, undefined);
}

/** The setup of a variant once a plan is carried out. Error: see `readSetup`. */
export function setupOf({ launcher, layout, owned, current, adopted }: Plan): Setup {
  return plannedSetup(launcher.env, layout, owned, (current ?? adopted)?.owned);
}

/** A note on the variant's own settings that a pinned session ignores; null if there are none. */
export function overruledNote(plan: Plan, kind: VariantRecord['bundle']['kind']): string | null {
  if (!plan.pinned) return null;
  const { settings } = setupOf(plan);
  const named = { name: plan.name, settings: plan.layout.settings };
  const told = withoutEffect(settings['env'], kind, named);
  return told && `${told.message}: use ${told.next}`;
}

/** The setup of a variant once our values (`wanted`, formerly `written`) are in its files. */
function plannedSetup(
  env: Setup['env'],
  { settings, state }: Places,
  wanted: OwnedConfig,
  written: Readonly<Record<string, OwnedValues>> | undefined,
): Setup {
  const held = (path: string, name: keyof OwnedConfig): Readonly<Record<string, unknown>> => {
    const text = readToEdit(path);
    const before = knownBefore(text, wanted[name], written?.[name] ?? null, path);
    const merged = mergeOwned(text, wanted[name], before, path);
    return merged.trim() === '' ? {} : parseObject(merged, path);
  };
  return {
    env,
    settings: held(settings, 'settings.json'),
    stateEnv: held(state, '.claude.json')['env'],
  };
}
