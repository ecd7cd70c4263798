import { launcherFiles } from '../../launcher/files.ts';
import type { LauncherSpec } from '../../launcher/spec.ts';
import type { Changes } from '../../transaction/changes.ts';
import { inspectCommand, launcherPaths } from '../../variant/launcher-file.ts';
import type { Plan } from '../../plan/plan.ts';
import type { VariantRecord } from '../../variant/record.ts';

/** Writes the launchers; where they were elsewhere before, those go, if they are ours. */
export async function placeLaunchers(
  plan: Plan,
  { kind, path: program }: VariantRecord['bundle'],
  changes: Changes,
): Promise<void> {
  const { name, current, adopted, layout, node, platform, launcher } = plan;
  const spec: LauncherSpec = {
    ...launcher,
    command: kind === 'js' ? { kind, node, script: program } : { kind, path: program },
  };
  const paths = launcherPaths(layout.launcher, platform);
  for (const { suffix, text, mode } of launcherFiles(spec, platform)) {
    changes.write(paths[suffix] ?? layout.launcher, text, mode);
  }
  const before = (current ?? adopted)?.launcher ?? layout.launcher;
  if (before === layout.launcher) return;
  for (const path of Object.values(launcherPaths(before, platform))) {
    const command = await inspectCommand(path);
    const ours = command.kind === 'ours' && command.variant === name;
    if (ours || (adopted?.replaceable && path === before)) changes.remove(path);
  }
}
