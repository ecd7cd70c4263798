import { CcMirrorError } from '../errors.ts';
import { type CapabilityName, capabilityNames } from '../gates/types.ts';
import type { OfferState } from '../probe/offer.ts';
import * as z from '../zod.ts';
import type { VariantLayout } from '../variant/layout.ts';

const ownDecider = z.object({
  place: z.enum(['settings.json', '.claude.json', '--env']),
  key: z.string(),
});

/** A choice of the user's that affects sessions: a setting by its key path, or a variable of `--env`. */
export type Decider =
  | z.infer<typeof ownDecider>
  /** A setting in a file of the session's project. */
  | { place: 'project'; path: string; key: string };

type Places = Pick<VariantLayout, 'settings' | 'state'>;

/** A capability that the build has but does not offer in full, and what limits it. */
export interface Loss {
  capability: CapabilityName;
  state: Exclude<OfferState, 'on'>;
  by: Decider[];
}

export const lossSchema = z.object({
  capability: z.enum(capabilityNames),
  state: z.enum(['deferred', 'off']),
  by: z.array(ownDecider),
});

/** What packs provide or need and the user's own settings hide from sessions; `Agent|Task` is either. */
export interface Hidden {
  names: string[];
  by: Decider[];
}

export const hiddenSchema = z.object({ names: z.array(z.string()), by: z.array(ownDecider) });

/** The cause of a loss in words, with the settings and where they are. */
export function lossText({ state, by }: Loss, places: Places): string {
  return state === 'deferred'
    ? `${subject(by, 'make', places)} the build announce its tools by name only`
    : `${subject(by, 'disable', places)} its tools`;
}

/** What is hidden, and by what, in words. */
export function hiddenText({ names, by }: Hidden, places: Places): string {
  return `${subject(by, 'hide', places)} ${names.join(', ').replaceAll('|', ' or ')} from sessions`;
}

/** The deciders and a verb: `a in FILE hides`, `a in FILE and --env B together hide`. */
function subject(by: readonly Decider[], verb: string, { settings, state }: Places): string {
  const files = { 'settings.json': settings, '.claude.json': state };
  const where = by.map((decider) => {
    const { place, key } = decider;
    if (place === '--env') return `--env ${key}`;
    return `${key} in ${place === 'project' ? decider.path : files[place]}`;
  });
  return `${where.join(' and ')} ${where.length > 1 ? `together ${verb}` : `${verb}s`}`;
}

/** Error: `capability-unavailable` if a capability that was asked for by name is lost. */
export function refuseLosses(
  losses: readonly Loss[],
  demanded: readonly CapabilityName[],
  places: Places,
): void {
  const lost = losses.find(
    ({ capability, state }) => state === 'off' && demanded.includes(capability),
  );
  if (lost === undefined) return;
  throw new CcMirrorError(
    'capability-unavailable',
    `This variant cannot be given ${lost.capability}: ${lossText(lost, places)}.`,
    `Remove that, or leave out --${lost.capability}.`,
  );
}

/** Whether settings of the session's project contribute to it. */
export function isOfProject({ by }: Pick<Loss, 'by'>): boolean {
  return by.some(({ place }) => place === 'project');
}

/** The capabilities that a plan or a record counts on. */
export function countedOn(
  capabilities: Readonly<Record<CapabilityName, { state: string }>>,
): CapabilityName[] {
  return capabilityNames.filter((name) => capabilities[name].state === 'on');
}
