import { dirname, join } from 'node:path';
import { executionProblem } from '../../bundle/execution.ts';
import { hashFile } from '../../disk/hash.ts';
import { hostPlatform } from '../../bundle/platform.ts';
import { storeEntries } from '../../bundle/store/store-usage.ts';
import type { StoredBundle } from '../../bundle/store/store-record.ts';
import { ifExists } from '../../disk/if-exists.ts';
import { type Found, error, goneText, ok, reinstall, warning } from '../finding.ts';
import type { CheckContext } from '../check-context.ts';

/** The program and the other files of its package: reads and hashes them all. */
export async function checkBundle(context: CheckContext): Promise<Found[]> {
  const { record } = context;
  const { path, sha256 } = record.bundle;
  const build = buildOf(context);
  const folder = dirname(path);
  const files = Object.entries(build?.files ?? {}).map(([file, hash]) => [
    join(folder, file),
    hash,
  ]);
  const findings: Found[] = [];
  const gone: string[] = [];
  for (const [file = '', hash] of [[path, sha256], ...files]) {
    const found = await ifExists(() => hashFile(file));
    if (found === hash) continue;
    if (found === null) gone.push(file);
    else {
      const message = `${file} has been modified since it was installed`;
      findings.push(error(message, { kind: 'reinstall', damaged: file }));
    }
  }
  if (gone.length > 0) findings.push(error(goneText(gone, 'files of the bundle'), reinstall));
  if (findings.length > 0) return findings;
  const kind = record.bundle.kind === 'js' ? 'JavaScript' : record.platform;
  return [ok(`Claude Code ${record.claudeVersion}, ${kind}, unmodified`)];
}

/** Reports why this machine cannot start the program; skips programs of other platforms. */
export async function checkStart({ record }: CheckContext): Promise<Found[]> {
  if (record.platform !== (await hostPlatform())) return [];
  const { path } = record.bundle;
  const problem = executionProblem(path);
  return problem ? [error(`${path} ${problem.what}`, problem.hint)] : [];
}

/** Warns if the build cannot connect on this Node.js because of a proxy variable of the shell. */
export function checkProxy({ record, around }: CheckContext): Found[] {
  const { bundle, claudeVersion, name } = record;
  const variable = breakingProxy(bundle.kind, process.versions.node, around.environment);
  if (variable === null) return [];
  const message = `Claude Code ${claudeVersion} cannot connect on Node.js ${process.versions.node} while ${variable} is set`;
  const next = `Use Node.js 24, or a native build: cc-mirror update ${name} --claude-version latest`;
  return [warning(message, next)];
}

/**
 * The proxy variable that keeps a build from connecting at all, whatever NO_PROXY says; null if none
 * does. Seen with 2.1.112 on Node.js 26: UND_ERR_INVALID_ARG.
 */
export function breakingProxy(
  kind: 'js' | 'native',
  node: string,
  environment: Readonly<Record<string, string | undefined>>,
): string | null {
  if (kind !== 'js' || Number.parseInt(node, 10) < 26) return null;
  const names = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'];
  const all = [...names, ...names.map((name) => name.toLowerCase())];
  return all.find((name) => environment[name]) ?? null;
}

/** The stored build, which an offline update needs. */
export async function checkStored(context: CheckContext): Promise<Found[]> {
  const { record, shared } = context;
  const build = buildOf(context);
  if (build === null) {
    const message = `the store no longer has the build of ${record.name}`;
    return [warning(message, `cc-mirror update ${record.name}`)];
  }
  const damage = await shared.store.damageOf(build);
  if (damage.length === 0) return [ok('has the build')];
  return [warning(damage.join('; '), { kind: 'drop', folder: build.folder })];
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
