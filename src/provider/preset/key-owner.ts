import { CcMirrorError } from '../../errors.ts';
import type { Catalogue } from '../catalogue.ts';
import { type Place, chooseEndpoint, optionsOf } from './endpoints.ts';
import { type Endpoint, type Preset, groups } from './schema.ts';
import { readTranslated } from './translated.ts';

/** Whose keys begin with `prefix`. */
interface Owner {
  prefix: string;
  id: string;
  /** Whether that is a preset's; else it is a vendor's without one. */
  preset: boolean;
  name: string;
  group: Preset['group'];
  endpoint: Endpoint | null;
}

/** What keys of too many vendors begin with: it tells plans of one vendor apart, but no vendors. */
const common = 'sk-';

/**
 * Refuses a key that belongs to another provider or plan, so that it is never sent there. A key that
 * belongs to one plan of the preset chooses it, if the user chose neither region nor plan nor address:
 * then that is returned, with a note for the user. Nothing is known of keys without a known beginning.
 * Error: `usage`, which never quotes the key.
 */
export function placeForKey(
  preset: Preset,
  place: Place,
  key: string,
  catalogue: Pick<Catalogue, 'entries'>,
): { plan: string; note: string } | null {
  const chosen = chooseEndpoint(preset, place);
  const own = chosen.keyPrefixes ?? preset.keyPrefixes;
  const beginsWith = (prefix: string): boolean => key.startsWith(prefix);
  const fitting = own.filter(beginsWith).sort(longestFirst)[0] ?? '';
  const within = ownersIn(preset).filter(({ endpoint }) => endpoint !== null);
  const others = [
    ...catalogue.entries.flatMap((entry) => ownersIn(entry.preset)),
    ...translated(),
  ].filter((one) => one.id !== preset.id && one.prefix !== common);
  const [owner] = [...within, ...others]
    .filter(({ prefix }) => beginsWith(prefix) && prefix.length > fitting.length)
    // Those whose own keys they are come before gateways that pass them on.
    .sort(
      (one, other) =>
        longestFirst(one.prefix, other.prefix) ||
        groups.indexOf(one.group) - groups.indexOf(other.group),
    );
  // Two presets of one vendor, such as a preset of the user's that extends a shipped one.
  if (owner === undefined || own.includes(owner.prefix)) return null;
  if (owner.id === preset.id) return otherPlan(preset, place, own, owner);
  // Gateways and servers of the user's have keys of their own making; only Anthropic's go nowhere else.
  const free = ['local', 'custom'].includes(preset.group) && owner.group !== 'anthropic';
  if (free) return null;
  throw new CcMirrorError(
    'usage',
    `The key begins with ${owner.prefix}: it is one for ${owner.name}, and is not sent to ${preset.name}`,
    owner.group === 'anthropic'
      ? `Give a key of ${preset.name}; for a gateway that passes Anthropic's keys on, use --provider mirror --base-url URL`
      : owner.preset
        ? `Give a key of ${preset.name}, or use --provider ${owner.id}`
        : `Give a key of ${preset.name}; what reaches ${owner.name}: cc-mirror providers show ${owner.id}`,
  );
}

function otherPlan(
  preset: Preset,
  { region, plan, baseUrl }: Place,
  own: readonly string[],
  { prefix, endpoint }: Owner,
): { plan: string; note: string } | null {
  // An endpoint that states no prefix may have any key that no plan claims for itself.
  if (prefix === common && own.length === 0) return null;
  const named = preset.plans.find(({ id }) => id === endpoint?.plan);
  const open = region === undefined && plan === undefined && baseUrl === undefined;
  if (open && named !== undefined) {
    return {
      plan: named.id,
      note: `the key begins with ${prefix}, so it is one for ${named.name}: --plan ${named.id}`,
    };
  }
  throw new CcMirrorError(
    'usage',
    `The key begins with ${prefix}: it is one for another plan of ${preset.name}${named ? `, ${named.name}` : ''}`,
    `Add ${optionsOf(endpoint ?? {})}, or give another key`,
  );
}

function ownersIn({ id, name, group, keyPrefixes, endpoints }: Preset): Owner[] {
  return [
    ...keyPrefixes.map((prefix): Owner => ({
      prefix,
      id,
      preset: true,
      name,
      group,
      endpoint: null,
    })),
    ...endpoints.flatMap((endpoint) =>
      (endpoint.keyPrefixes ?? []).map((prefix): Owner => ({
        prefix,
        id,
        preset: true,
        name,
        group,
        endpoint,
      })),
    ),
  ];
}

function translated(): Owner[] {
  return readTranslated().vendors.flatMap(({ id, name, keyPrefixes }) =>
    keyPrefixes.map((prefix): Owner => ({
      prefix,
      id,
      preset: false,
      name,
      group: 'vendor',
      endpoint: null,
    })),
  );
}

function longestFirst(one: string, other: string): number {
  return other.length - one.length;
}
