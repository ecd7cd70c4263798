import type { ChangedFile } from '../../lifecycle/place/changed-files.ts';
import type { Preview } from '../../lifecycle/preview.ts';
import { table } from '../../ui/table.ts';
import type { Difference } from '../../plan/choices/differences.ts';
import type { changedValues } from '../../variant/hand-edits.ts';

/** What a preview says of the variant itself; `kept`: what becomes of its key and headers. */
export function previewText(preview: Preview, kept: string[]): string {
  const { from, to, fetch, values, differences, packs, prove, notes } = preview;
  const steps = [
    ...(from === to ? [] : [from === null ? `Claude Code ${to}` : `${from} → ${to}`]),
    ...(fetch ? [`fetch Claude Code ${to}`] : []),
    ...(differences?.filter((one) => one.what !== 'packs' && saysMore(one)).map(differenceText) ??
      (values ?? []).map(valueText)),
    ...kept,
    ...packs.added.map((pack) => `add ${pack}`),
    ...packs.removed.map((pack) => `remove ${pack}`),
  ];
  const upToDate = `up to date with ${to}${prove ? ', but needs a new proof' : ''}`;
  return [steps.length > 0 ? steps.join(', ') : upToDate, ...notes].join('; ');
}

function valueText({ name, from, to }: ReturnType<typeof changedValues>[number]): string {
  if (to === null) return `${name} unset`;
  return from === null ? `${name}=${to}` : `${name}=${to} (was ${from})`;
}

/** Whether a summary of an update needs it: what becomes of key and headers is said in full. */
export function saysMore({ what }: Difference): boolean {
  return what !== 'key' && !what.startsWith('header ');
}

/** A difference between two states of a variant. */
export function differenceText({ what, from, to }: Difference): string {
  if (what.startsWith('env ')) return valueText({ name: what.slice(4), from, to });
  if (what === 'key' && from === to) return 'key: the one from before';
  const none = defaults.has(what) ? 'by default' : 'none';
  return `${what}: ${from ?? none} → ${to ?? none}`;
}

/** What the provider decides where the user did not. */
const defaults: ReadonlySet<string> = new Set(['region', 'plan', 'auth']);

/** The files that would change, one per line below `heading`; none if they are not known yet. */
export function changesText(changes: readonly ChangedFile[] | null, heading: string): string[] {
  if (changes === null || changes.length === 0) return [];
  const rows = changes.map(({ path, change, keys }) => [
    `  ${change}`,
    keys && keys.length > 0 ? `${path}: ${keys.join(', ')}` : path,
  ]);
  return [heading, table(rows)];
}
