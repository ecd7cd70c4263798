import { presetTarget, type PresetGiven } from '../../../src/live/target/preset-target.ts';
import type { Target } from '../../../src/live/target/target.ts';
import { type TestResult, testProvider } from '../../../src/live/test-provider.ts';
import { parsePreset } from '../../../src/provider/preset.ts';
import { silentProgress } from '../../../src/ui/progress.ts';

/** No service's key; its pieces are looked for in everything that is shown. */
export const key = 'vk-7Hq2mZ9xTTb0"\\4LrW8sYkP3nD6';

/** A preset at an address, with fields in place of its own. */
export function targetAt(
  url: string,
  fields: Record<string, unknown> = {},
  given: PresetGiven = { key },
): Target {
  const written = {
    id: 'vendor',
    name: 'Vendor',
    description: 'A vendor',
    group: 'vendor',
    baseUrl: `${url}/anthropic`,
    auth: { type: 'bearer', keyUrl: 'https://vendor.example/keys' },
    models: { opus: 'big[1m]', sonnet: 'big', haiku: 'small' },
    limits: { deferredTools: true },
    ...fields,
  };
  const preset = parsePreset(JSON.stringify(written), 'vendor.json');
  const catalogue = { entries: [{ preset, source: 'user' as const, file: '' }], broken: [] };
  return presetTarget(preset, given, catalogue, {}).target;
}

/** Tests a target without waiting long. */
export function ask(target: Target, patience = 20_000): Promise<TestResult> {
  const { signal } = new AbortController();
  return testProvider(target, { environment: {}, signal, progress: silentProgress, patience });
}

/** Pieces of a key, of eight characters or more, that a text shows in any way of writing it. */
export function shownOf(secret: string, text: string): string[] {
  const ways = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
  return ways.flatMap((way) =>
    Array.from({ length: way.length - 7 }, (_, at) => way.slice(at, at + 8)).filter((piece) =>
      text.toLowerCase().includes(piece.toLowerCase()),
    ),
  );
}
