import { join } from 'node:path';
import { diskUsage } from '../bundle/store/disk-usage.ts';
import { Store } from '../bundle/store/store.ts';
import { isPristine } from '../bundle/store/store-record.ts';
import {
  type BundleUse,
  type StoreEntry,
  storeEntries,
  usesOf,
} from '../bundle/store/store-usage.ts';
import { table } from '../ui/table.ts';
import { withHome } from '../home/with-home.ts';
import { type Unused, unusedBuilds } from '../home/unused-builds.ts';
import { bundleUses } from '../variant/bundle-uses.ts';
import type { CommandContext, CommandResult, Declare } from './cli/command.ts';

export const declare: Declare = (command, run) => {
  command
    .command('list')
    .description('List stored builds and the variants that use them')
    .action(() => run(list));
  command
    .command('prune')
    .description('Remove builds that no variant runs or can roll back to')
    .option('--dry-run', 'Print what would be removed; change nothing')
    .action((options: { dryRun?: boolean }) =>
      run((context) => prune(options.dryRun ?? false, context)),
    );
};

async function list({ layout }: CommandContext): Promise<CommandResult> {
  const store = new Store(layout.store);
  const uses = bundleUses(layout);
  const entries = [];
  for (const entry of storeEntries(store)) {
    entries.push(await entryData(entry, uses, store, layout.store));
  }
  const rows = entries.map(({ key, published, builds, bytes, usedBy, lastUsed, damage }) => [
    key,
    published ? 'published' : 'copy',
    `${builds} ${builds === 1 ? 'build' : 'builds'}`,
    megabytes(bytes),
    usedText(usedBy),
    usedBy.length > 0 || lastUsed === null ? '' : age(Date.parse(lastUsed)),
    ...(damage.length > 0 ? [`damaged: ${damage.join('; ')}`] : []),
  ]);
  const text = rows.length > 0 ? table(rows) : 'The store is empty.';
  return { data: { entries }, text };
}

async function entryData(
  { key, bundles, problem }: StoreEntry,
  uses: readonly BundleUse[],
  store: Store,
  root: string,
) {
  const damage = problem === null ? [] : [problem];
  for (const bundle of bundles) damage.push(...(await store.damageOf(bundle)));
  const pristine = bundles.find(isPristine);
  const usedBy = bundles.flatMap((bundle) => usesOf(bundle, uses));
  const used = bundles.map((bundle) => store.usedAt(bundle));
  return {
    key,
    version: pristine?.version ?? null,
    platform: pristine?.platform ?? null,
    published: pristine !== undefined && pristine.integrity !== null,
    bytes: diskUsage([join(root, key)]).bytes,
    builds: bundles.filter((bundle) => !isPristine(bundle)).length,
    usedBy: usedBy.map(({ variant, when }) => ({ variant, when })),
    /** When a command or a variant last used one of them. */
    lastUsed: used.length > 0 ? new Date(Math.max(...used)).toISOString() : null,
    damage,
  };
}

function age(at: number): string {
  const days = Math.floor((Date.now() - at) / (24 * 3600 * 1000));
  return days === 0 ? 'last used today' : `last used ${days} ${days === 1 ? 'day' : 'days'} ago`;
}

function usedText(usedBy: readonly Pick<BundleUse, 'variant' | 'when'>[]): string {
  const names = usedBy.map(({ variant, when }) =>
    when === 'now' ? variant : `${variant} (rollback)`,
  );
  names.sort();
  return names.join(', ') || 'unused';
}

async function prune(dryRun: boolean, context: CommandContext): Promise<CommandResult> {
  const { layout } = context;
  const dataOf = ({ folders, freed }: Unused): object => ({ removed: folders, freedBytes: freed });
  if (dryRun) {
    const unused = unusedBuilds(new Store(layout.store), layout);
    const text = `${told('Would remove', unused)}\nNothing was changed.`;
    return { data: { dryRun, ...dataOf(unused) }, text };
  }
  const intent = { command: 'store prune', name: '' };
  const removed = await withHome(context, intent, async ({ store }) => {
    const unused = unusedBuilds(store, layout);
    for (const folder of unused.bundles) await store.drop({ folder });
    return unused;
  });
  return { data: dataOf(removed), text: told('Removed', removed) };
}

function told(what: string, { folders, bytes, freed }: Unused): string {
  if (folders.length === 0) return 'Every stored build is in use.';
  const shared = freed < bytes ? `; variants share the other ${megabytes(bytes - freed)}` : '';
  return [
    ...folders.map((folder) => `${what} ${folder}`),
    `${megabytes(freed)} freed${shared}.`,
  ].join('\n');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
