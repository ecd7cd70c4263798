import { CcMirrorError } from '../errors.ts';
import { type CapabilityName, capabilityNames } from '../gates/types.ts';
import type { OfferState } from '../probe/offer.ts';
import * as z from '../zod.ts';
import type { VariantLayout } from '../variant/layout.ts';

/** Something of the user's that decides about sessions: a setting by its key path, or a variable of `--env`. */
export type Decider =
  | { place: 'settings.json' | '.claude.json' | '--env'; key: string }
  /** A setting of a file of the project that the session is started in. */
  | { place: 'project'; path: string; key: string };

type Places = Pick<VariantLayout, 'settings' | 'state'>;

/** A capability that is not there in full although the build has it, and what takes it away. */
export interface Loss {
  capability: CapabilityName;
  state: Exclude<OfferState, 'on'>;
  by: Decider[];
}

const deciders = z.array(
  z.object({ place: z.enum(['settings.json', '.claude.json', '--env']), key: z.string() }),
);
export const lossSchema = z.object({
  capability: z.enum(capabilityNames),
  state: z.enum(['deferred', 'off']),
  by: deciders,
});

/** What packs bring or need, and the user's own settings keep from sessions; `Agent|Task` is either. */
export interface Hidden {
  names: string[];
  by: Decider[];
}

export const hiddenSchema = z.object({ names: z.array(z.string()), by: deciders });

/** What a loss is due to, in words that say where it lies. */
export function lossText({ state, by }: Loss, places: Places): string {
  const where = placesOf(by, places);
  const what = where.length > 1 ? 'together ' : '';
  const verb = where.length > 1 ? ['have', 'take'] : ['has', 'takes'];
  return state === 'deferred'
    ? `${where.join(' and ')} ${what}${verb[0]} the build announce its tools by name only`
    : `${where.join(' and ')} ${what}${verb[1]} its tools away`;
}

/** What is hidden, and by what, in words. */
export function hiddenText({ names, by }: Hidden, places: Places): string {
  const verb = by.length > 1 ? 'together keep' : 'keeps';
  return `${placesOf(by, places).join(' and ')} ${verb} ${names.join(', ').replaceAll('|', ' or ')} from sessions`;
}

function placesOf(by: readonly Decider[], { settings, state }: Places): string[] {
  const files = { 'settings.json': settings, '.claude.json': state };
  return by.map((decider) => {
    const { place, key } = decider;
    if (place === '--env') return `--env ${key}`;
    return `${key} in ${place === 'project' ? decider.path : files[place]}`;
  });
}

/** Error: `capability-unavailable` where what was asked for by name is lost. */
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
    `Take that out, or leave out --${lost.capability}.`,
  );
}

/** Whether settings of the project that the session is started in have a part in it. */
export function isOfProject({ by }: Pick<Loss, 'by'>): boolean {
  return by.some(({ place }) => place === 'project');
}

/** The capabilities that a plan or a record counts on. */
export function countedOn(
  capabilities: Readonly<Record<CapabilityName, { state: string }>>,
): CapabilityName[] {
  return capabilityNames.filter((name) => capabilities[name].state === 'on');
}
