import type { OwnedValues } from '../config/merge.ts';
import type { CapabilityName } from '../gates/types.ts';
import { toolSearch } from '../provider/tool-search.ts';
import { hiddenText, lossText } from './losses.ts';
import { approvedKeys } from '../variant/owned-values.ts';
import { fallbacksOf, grantsOf, recordsOf } from './packs.ts';
import type { Plan } from './plan.ts';
import type { Proof } from './proof.ts';
import type { CapabilityState, VariantRecord } from '../variant/record.ts';

/** A build as the record names it. */
export type BuiltAs = Pick<VariantRecord['bundle'], 'kind' | 'sha256'> &
  Pick<VariantRecord, 'platform'> & { version: string };

/**
 * The record of a variant as planned and as the proof showed it (null: it was not run). `program`:
 * where the build will be; `overruled`: settings of the user's without effect. Error:
 * `capability-unavailable` if a pack lacks what it needs.
 */
export function recordOf(
  plan: Plan,
  built: BuiltAs,
  program: string,
  proof: Proof | null,
  overruled: string | null,
): VariantRecord {
  const { name, layout, provider, choices, current, now, launcher, keepEnv } = plan;
  const report = proof && proof.report;
  const capabilities = {
    tasks: stateOf('tasks', plan, proof),
    teams: stateOf('teams', plan, proof),
  };
  const states = { tasks: capabilities.tasks.state, teams: capabilities.teams.state };
  const fromTemplates = plan.packs.present.some(({ templates }) => templates);
  const hidden = proof?.hidden ? hiddenText(proof.hidden, layout) : null;
  const fallbacks = fallbacksOf(plan.packs.present, proof && proof.tools, states, hidden);
  const { baseUrl } = provider;
  return {
    schemaVersion: 1,
    name,
    provider: provider.id,
    baseUrl,
    configDir: layout.config,
    launcher: layout.launcher,
    claudeVersion: built.version,
    platform: built.platform,
    bundle: { kind: built.kind, path: program, sha256: built.sha256 },
    capabilities,
    packs: recordsOf(plan.packs),
    skills: current?.skills ?? [],
    agents: current?.agents ?? [],
    key: plan.key.record,
    keyringEntries: [],
    keepEnv: [...keepEnv],
    env: { ...launcher.env },
    written: { baseUrl, env: { ...launcher.env } },
    owned: {
      ...plan.owned,
      // The end of an approved key is part of a secret, and the record is for all to read.
      '.claude.json': without(plan.owned['.claude.json'], approvedKeys),
    },
    choices,
    earlierLists: [...launcher.earlierLists],
    notes: [
      ...plan.notes,
      ...notesOn(plan),
      ...(overruled === null ? [] : [overruled]),
      ...(hidden === null ? [] : [hidden]),
      ...(proof === null && fromTemplates ? [notRun] : []),
      ...fallbacks,
      ...grantsOf(plan.packs),
    ],
    probe: report,
    ...(proof && { provedWith: proof.provedWith }),
    retired: current?.retired ?? [],
    createdAt: current?.createdAt ?? now,
    updatedAt: now,
  };
}

/** A capability as it is in the variant's sessions: as planned, unless the proof shows otherwise. */
function stateOf(which: CapabilityName, plan: Plan, proof: Proof | null): CapabilityState {
  const { state, by, means, reason } = plan.capabilities[which];
  const planned = { state, by, means, reason };
  const shown = proof?.report.states[which];
  if (shown === undefined || shown === state) return planned;
  const loss = proof?.losses.find(({ capability }) => capability === which);
  const why = loss ? lossText(loss, plan.layout) : 'the build announces its tools by name only';
  if (shown === 'deferred') return { ...planned, state: shown, by: by ?? 'stock', reason: why };
  if (shown === 'on') {
    return { state: shown, by: 'stock', means: null, reason: `the probe shows it; ${reason}` };
  }
  return loss ? { state: shown, by: null, means: null, reason: why } : planned;
}

function without(values: OwnedValues, key: string): OwnedValues {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== key));
}

function notesOn({
  provider: { unmapped, name, env, keyVariable, deferredTools, notes: told },
  key,
  headers: { kept },
}: Plan): string[] {
  const notes: string[] = [...told];
  if (kept.length > 0 && key.record !== null && key.record.store !== 'file') {
    const names = kept.map((header) => header.name).join(', ');
    const why = 'a launcher can ask no keyring and no helper for it';
    notes.push(`the header ${names} is kept in a file that only you can read: ${why}`);
  }
  const search = env[toolSearch];
  if (!deferredTools && search !== undefined && search !== 'false') {
    notes.push(
      `${name} is not known to take tools that are announced by name only; ${toolSearch}=${search} may have it refuse sessions`,
    );
  }
  const sent = env[keyVariable];
  if (key.record === null && sent)
    notes.push(
      `${name} is sent "${sent}" in place of an API key; give one with --api-key-env or --api-key-stdin`,
    );
  if (unmapped.length > 0) {
    notes.push(
      `${name} will be asked for Anthropic's own model ids (${unmapped.join(', ')}); name its models with --model, or --model-opus, --model-sonnet and --model-haiku`,
    );
  }
  return notes;
}

const notRun =
  'the build was not run: the texts of the packs are those for 2.1.112 and later, and it was not checked whether the build has what they need';
