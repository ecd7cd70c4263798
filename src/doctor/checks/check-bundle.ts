import { dirname, join } from 'node:path';
import { executionProblem } from '../../bundle/execution.ts';
import { hashFile } from '../../disk/hash.ts';
import { hostPlatform } from '../../bundle/platform.ts';
import { storeEntries } from '../../bundle/store/store-usage.ts';
import type { StoredBundle } from '../../bundle/store/store-record.ts';
import { ifExists } from '../../disk/if-exists.ts';
import { type Finding, error, goneText, ok, warning } from '../finding.ts';
import { type CheckContext, fixCommand } from '../check-context.ts';

/** The program and the other files of its package: reads and hashes them all. */
export async function checkBundle(context: CheckContext): Promise<Finding[]> {
  const { record } = context;
  const { path, sha256 } = record.bundle;
  const build = buildOf(context);
  const folder = dirname(path);
  const files = Object.entries(build?.files ?? {}).map(([file, hash]) => [
    join(folder, file),
    hash,
  ]);
  const findings: Finding[] = [];
  const gone: string[] = [];
  for (const [file = '', hash] of [[path, sha256], ...files]) {
    const found = await ifExists(() => hashFile(file));
    if (found === hash) continue;
    const next = fixCommand(context);
    if (found === null) gone.push(file);
    else {
      const fix = { kind: 'reinstall', damaged: file } as const;
      findings.push(error('bundle', `${file} has been modified since it was installed`, next, fix));
    }
  }
  if (gone.length > 0) {
    const message = goneText(gone, 'files of the bundle');
    findings.push(error('bundle', message, fixCommand(context), { kind: 'reinstall' }));
  }
  if (findings.length > 0) return findings;
  const kind = record.bundle.kind === 'js' ? 'JavaScript' : record.platform;
  return [ok('bundle', `Claude Code ${record.claudeVersion}, ${kind}, unmodified`)];
}

/** Reports why this machine cannot start the program; skips programs of other platforms. */
export async function checkStart({ record }: CheckContext): Promise<Finding[]> {
  if (record.platform !== (await hostPlatform())) return [];
  const { path } = record.bundle;
  const problem = executionProblem(path);
  return problem ? [error('bundle', `${path} ${problem.what}`, problem.hint)] : [];
}

/** The stored build, which an offline update needs. */
export async function checkStored(context: CheckContext): Promise<Finding[]> {
  const { record, shared } = context;
  const build = buildOf(context);
  if (build === null) {
    return [
      warning(
        'store',
        `the store no longer has the build of ${record.name}`,
        `cc-mirror update ${record.name}`,
      ),
    ];
  }
  const damage = await shared.store.damageOf(build);
  if (damage.length === 0) return [ok('store', 'has the build')];
  const fix = { kind: 'drop', folder: build.folder } as const;
  return [warning('store', damage.join('; '), fixCommand(context), fix)];
}

/** The store's record of the variant's build, or null. */
function buildOf({ record, shared }: CheckContext): StoredBundle | null {
  const { claudeVersion, platform, bundle } = record;
  const builds = storeEntries(shared.store).flatMap(({ bundles }) => bundles);
  return (
    builds.find(
      (one) =>
        one.version === claudeVersion && one.platform === platform && one.sha256 === bundle.sha256,
    ) ?? null
  );
}
