import { join } from 'node:path';
import { hashFile } from '../../disk/hash.ts';
import { ifExists } from '../../disk/if-exists.ts';
import { exists } from '../../disk/sync-read.ts';
import { temporaryOf } from '../../transaction/content.ts';
import { bundleName, bundlesIn } from '../../variant/bundle-folders.ts';
import { launcherPaths } from '../../variant/launcher-file.ts';
import { keyringPaths, rulesPaths } from '../../variant/layout.ts';
import { readPrevious, readPreviousState } from '../../variant/previous.ts';
import { type Found, ok, warning } from '../finding.ts';
import type { CheckContext } from '../check-context.ts';

/** Whether `rollback` would work. Error: `invalid-record`. */
export async function checkRollback({ record, places }: CheckContext): Promise<Found[]> {
  const { state } = readPreviousState(places) ?? {};
  if (state === undefined) return [ok('no earlier state yet')];
  if (state.kind === 'earlier') {
    const { program } = state.earlier;
    if (exists(program)) return [ok('to the earlier cc-mirror that created it')];
    const message = `cannot roll back to the earlier cc-mirror that created it: ${program} is gone`;
    // Not a warning: the user deleted the old program deliberately.
    return [ok(message)];
  }
  const { claudeVersion, bundle } = state.record;
  const found = await ifExists(() => hashFile(bundle.path));
  if (found === bundle.sha256) return [ok(`to ${claudeVersion}`)];
  const why = found === null ? 'is gone' : 'has been modified';
  return [
    warning(
      `cannot roll back to ${claudeVersion}: ${bundle.path} ${why}`,
      `cc-mirror update ${record.name} --claude-version ${claudeVersion}`,
    ),
  ];
}

/** What interrupted commands left in a variant, and unused bundles. */
export async function checkLeftovers(context: CheckContext): Promise<Found[]> {
  const { record, places } = context;
  const previous = readPrevious(places);
  const used = [record, ...(previous ? [previous] : [])].map((one) =>
    bundleName(one, places.bundles),
  );
  const retired = new Set(record.retired.map(({ folder }) => folder));
  const findings: Found[] = [];
  let kept = 0;
  for (const name of bundlesIn(places.bundles)) {
    const path = join(places.bundles, name);
    if (used.includes(name)) continue;
    if (retired.has(name)) kept++;
    else findings.push(warning(`nothing refers to ${path}`, { kind: 'remove', path }));
  }
  for (const path of writtenPaths(context).map(temporaryOf)) {
    if (!exists(path)) continue;
    findings.push(warning(`${path} is a leftover`, { kind: 'remove', path }));
  }
  if (findings.length > 0) return findings;
  const waiting = `${kept} bundle${kept === 1 ? '' : 's'} replaced, kept for running sessions; removed after a week`;
  return [ok(kept > 0 ? waiting : 'none')];
}

/** The files that commands write. */
function writtenPaths({ record, places, around }: CheckContext): string[] {
  const { settings, state, secrets, headers, previous, hooks, keyring, skills, agents } = places;
  return [
    ...Object.values(launcherPaths(record.launcher, around.layout.platform)),
    places.record,
    previous,
    settings,
    state,
    secrets,
    headers,
    ...Object.values(rulesPaths(hooks)),
    ...Object.values(keyringPaths(keyring, around.layout.platform)),
    ...record.skills.flatMap(({ name, files }) =>
      files.map(({ path }) => join(skills, name, path)),
    ),
    ...record.agents.map(({ path }) => join(agents, path)),
  ];
}
