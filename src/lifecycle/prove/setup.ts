import { type OwnedValues, knownBefore, mergeOwned, parseObject } from '../../config/merge.ts';
import { readToEdit } from '../../disk/utf8.ts';
import type { ProjectFile } from '../../probe/plain-settings.ts';
import type { VariantLayout } from '../../variant/layout.ts';
import type { OwnedConfig } from '../../variant/owned-values.ts';
import type { Plan } from '../../plan/plan.ts';
import { withoutEffect } from '../../plan/provider-pin.ts';
import type { VariantRecord } from '../../variant/record.ts';

/** What decides about a variant's sessions beside its program and its packs. */
export interface Setup {
  /** The launcher's variables. */
  env: Readonly<Record<string, string>>;
  /** What settings.json holds; its `env` beats the launcher's. */
  settings: Readonly<Record<string, unknown>>;
  /** `env` of .claude.json, which is between the two. */
  stateEnv: unknown;
  /** Settings of the project that a session is started in, which beat all others; a proof has none. */
  project?: readonly ProjectFile[];
}

type Places = Pick<VariantLayout, 'settings' | 'state'>;

/** The setup of a variant as it is. Error: `invalid-record` for a file that is not a JSON object. */
export function readSetup(env: Setup['env'], places: Places): Setup {
  return plannedSetup(env, places, { 'settings.json': {}, '.claude.json': {} }, undefined);
}

/** The setup of a variant as a plan makes it. Error: as `readSetup`. */
export function setupOf({ launcher, layout, owned, current, adopted }: Plan): Setup {
  return plannedSetup(launcher.env, layout, owned, (current ?? adopted)?.owned);
}

/** What a pinned session passes over of the variant's own settings, in words; null: nothing. */
export function overruledNote(plan: Plan, kind: VariantRecord['bundle']['kind']): string | null {
  if (!plan.pinned) return null;
  const { settings } = setupOf(plan);
  const named = { name: plan.name, settings: plan.layout.settings };
  const told = withoutEffect(settings['env'], kind, named);
  return told && `${told.message}: use ${told.next}`;
}

/** The setup that a variant has once our values (`wanted`, before: `written`) are in its files. */
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
