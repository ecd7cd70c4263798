import * as z from '../../src/zod.ts';
import { runNpm } from '../../src/bundle/npm/run-npm.ts';
import { CcMirrorError } from '../../src/errors.ts';
import { type Published, compareVersions, isRelease } from './versions.ts';

const schema = z.object({
  versions: z.array(z.string()),
  'dist-tags': z.object({ latest: z.string() }),
});

/** Asks the registry, by the user's own npm, which releases of Claude Code there are. Error: `network`. */
export async function listPublished(signal: AbortSignal): Promise<Published> {
  const fields = ['versions', 'dist-tags', '--json'];
  const view = await runNpm(['view', '@anthropic-ai/claude-code', ...fields], signal);
  const manifest = view.ok ? z.parseJson(view.stdout, schema) : undefined;
  if (!manifest) {
    const why = view.ok ? 'npm printed something else' : view.detail;
    throw new CcMirrorError(
      'network',
      `The registry did not say which versions are published (${why}).`,
      'Check the network, and the registry and proxy settings that `npm config list` shows.',
    );
  }
  const versions = manifest.versions.filter(isRelease).sort(compareVersions);
  return { versions, latest: manifest['dist-tags'].latest };
}
