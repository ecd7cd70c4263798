import type { ChangedFile } from '../../lifecycle/place/changed-files.ts';
import type { Preview } from '../../lifecycle/preview.ts';
import { table } from '../../ui/table.ts';
import type { changedValues } from '../../variant/hand-edits.ts';

/** What a preview says of the variant itself; `kept`: what becomes of its key and headers. */
export function previewText(preview: Preview, kept: string[]): string {
  const { from, to, fetch, values, packs, prove, notes } = preview;
  const steps = [
    ...(from === to ? [] : [from === null ? `Claude Code ${to}` : `${from} → ${to}`]),
    ...(fetch ? [`fetch Claude Code ${to}`] : []),
    ...(values ?? []).map(valueText),
    ...kept,
    ...packs.added.map((pack) => `add ${pack}`),
    ...packs.removed.map((pack) => `remove ${pack}`),
  ];
  const upToDate = `up to date with ${to}${prove ? ', but needs a new proof' : ''}`;
  return [steps.length > 0 ? steps.join(', ') : upToDate, ...notes].join('; ');
}

export function valueText({ name, from, to }: ReturnType<typeof changedValues>[number]): string {
  if (to === null) return `${name} unset`;
  return from === null ? `${name}=${to}` : `${name}=${to} (was ${from})`;
}

/** The files that would change, one per line below `heading`; none if they are not known yet. */
export function changesText(changes: readonly ChangedFile[] | null, heading: string): string[] {
  if (changes === null || changes.length === 0) return [];
  const rows = changes.map(({ path, change, keys }) => [
    `  ${change}`,
    keys && keys.length > 0 ? `${path}: ${keys.join(', ')}` : path,
  ]);
  return [heading, table(rows)];
}
