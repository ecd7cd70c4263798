import { type Finding, failed, ok, warning } from '../finding.ts';
import type { CheckContext } from '../check-context.ts';

/** Whether the variant has its channel's current version. A failed lookup is only a warning. */
export async function checkVersion({ record, shared }: CheckContext): Promise<Finding[]> {
  const { name, claudeVersion, choices } = record;
  const { source } = choices;
  if (source.kind === 'exact') return [ok('version', `${claudeVersion}, pinned`)];
  const channel = source.kind === 'path' ? source.path : source.kind;
  try {
    const now = await shared.versionOf(source);
    if (now === claudeVersion)
      return [ok('version', `${claudeVersion}, the version of ${channel}`)];
    return [
      warning(
        'version',
        `installed ${claudeVersion}; ${channel} is ${now}`,
        `cc-mirror update ${name}`,
      ),
    ];
  } catch (error) {
    return [failed('version', error, 'warning')];
  }
}
