import { join } from 'node:path';
import type { Store } from '../../bundle/store/store.ts';
import { storeEntries } from '../../bundle/store/store-usage.ts';
import { ifExists } from '../../disk/if-exists.ts';
import { exists, lstat, readdir, stat, entriesIn } from '../../disk/sync-read.ts';
import { lockName } from '../../transaction/lock.ts';
import { isPending, setAsideName, stagingOf } from '../../transaction/transaction.ts';
import { pendingIn } from '../../home/with-home.ts';
import type { Layout } from '../../variant/layout.ts';
import { isLeftover } from '../../variant/leftover.ts';
import { nameProblem } from '../../variant/name.ts';
import { readVariant } from '../../variant/read-variant.ts';
import type { Context } from '../../home/context.ts';
import { muchToFree } from '../../home/unused-builds.ts';
import { type Fix, type Found, error, ok, warning } from '../finding.ts';

const sweep: Fix = { kind: 'sweep' };

/** Problems in the home outside of variants, except for the folders in `told`. */
export async function checkHome(around: Context, told: readonly string[]): Promise<Found[]> {
  const { layout } = around;
  const findings = [
    ...(await checkUnfinished(around)),
    ...checkSetAside(layout),
    ...checkModes(layout),
    ...checkFolders(layout, told),
  ];
  return findings.length > 0 ? findings : [ok(layout.home)];
}

async function checkUnfinished(around: Context): Promise<Found[]> {
  const { home, store } = around.layout;
  const lock = join(home, lockName);
  const there = ifExists(() => lstat(lock));
  if (there && !there.isFile()) {
    const look = 'Move it away: until then no command can change anything.';
    return [error(`${lock} is not a file, so it is not a lock of cc-mirror`, look)];
  }
  if (there) {
    return [ok('another cc-mirror is running: findings may be its unfinished work')];
  }
  const left: string[] = [];
  const staging = stagingOf(home);
  if (isPending(home)) {
    const pending = await pendingIn(around);
    if (pending === null) return [];
    return [{ ...error(pending.message, sweep), next: pending.hint ?? null }];
  }
  if (exists(staging)) left.push(staging);
  for (const entry of ifExists(() => entriesIn(store)) ?? []) {
    const path = join(store, entry.name);
    if (entry.name.startsWith('.tmp-')) left.push(path);
    else if (entry.isDirectory()) left.push(...unrecorded(path));
  }
  return left.map((path) => warning(`${path} was left by an interrupted command`, sweep));
}

/** What `--fix` set aside: it uses space and may be the only copy of something. */
function checkSetAside({ home }: Layout): Found[] {
  const names = ifExists(() => readdir(home)) ?? [];
  return names
    .filter((name) => name.startsWith(setAsideName))
    .map((name) => ok(`${join(home, name)} was set aside; remove it when you no longer need it`));
}

/** Who can write here can replace our programs. Windows has no such modes. */
function checkModes({ home, store, providers }: Layout): Found[] {
  if (process.platform === 'win32') return [];
  const findings: Found[] = [];
  for (const path of [home, store, providers]) {
    const mode = (ifExists(() => stat(path))?.mode ?? 0) & 0o777;
    if ((mode & 0o002) === 0) continue;
    const fix = { kind: 'mode', path, mode: mode & 0o755 } as const;
    findings.push(warning(`others can write to ${path}`, fix));
  }
  return findings;
}

/** Bundles of a store entry that have no record, and are therefore ignored. */
function unrecorded(entry: string): string[] {
  const all = entriesIn(entry);
  const names = all.map(({ name }) => name);
  return all
    .filter((one) => one.isDirectory() && !names.includes(`${one.name}.json`))
    .map(({ name }) => join(entry, name));
}

function checkFolders(layout: Layout, told: readonly string[]): Found[] {
  const all = ifExists(() => entriesIn(layout.home)) ?? [];
  const findings: Found[] = [];
  for (const entry of all) {
    const folder = join(layout.home, entry.name);
    if (nameProblem(entry.name) !== null || !(entry.isDirectory() || entry.isSymbolicLink()))
      continue;
    const state = readVariant(layout, entry.name);
    if (state.kind === 'earlier') {
      const { provider, claude } = state.earlier;
      const made = `${entry.name} (${provider}, ${claude}) was created by an earlier cc-mirror and still works`;
      findings.push(ok(made));
    }
    if (state.kind === 'none' && isLeftover(folder)) {
      const written = `${folder} was written by a session after its variant was removed`;
      findings.push(warning(written, 'Remove it, or reuse the name, which replaces it.'));
    }
    if (state.kind !== 'foreign' || told.includes(folder)) continue;
    const message = `${folder} is not a variant of this cc-mirror: ${state.why}`;
    const look = 'Move it away if you do not need it; cc-mirror never touches it.';
    findings.push(state.recorded ? error(message, look) : warning(message, look));
  }
  return findings;
}

/** Every bundle of the store, by its hashes. Damaged ones are never used and can be dropped. */
export async function checkStore(store: Store, layout: Layout): Promise<Found[]> {
  const findings: Found[] = [];
  const { store: root } = layout;
  const entries = storeEntries(store);
  for (const { key, bundles, problem } of entries) {
    if (problem !== null) {
      const next = `Remove ${join(root, key)}; its contents can be fetched again.`;
      findings.push(warning(problem, next));
    }
    for (const bundle of bundles) {
      const damage = await store.damageOf(bundle);
      if (damage.length === 0) continue;
      findings.push(warning(damage.join('; '), { kind: 'drop', folder: bundle.folder }));
    }
  }
  if (findings.length > 0) return findings;
  const keys = entries.map(({ key }) => key).join(', ');
  const much = muchToFree(store, layout);
  return [ok((keys || 'empty') + (much === null ? '' : `; ${much}`))];
}
