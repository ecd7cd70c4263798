import type { Choices, VariantRecord } from './record.ts';

/**
 * The choices for a variant, with the user's edits of variant.json since cc-mirror last wrote it:
 * a value other than the one we wrote is the user's and is kept when the preset changes. Everything
 * else follows the preset.
 */
export function handEdits({ choices, baseUrl, env, written }: VariantRecord): Choices {
  const { ANTHROPIC_BASE_URL: url, ...edited } = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => written.env[name] !== value),
  );
  const moved = baseUrl === written.baseUrl ? url : (baseUrl ?? undefined);
  const removed = Object.keys(written.env).filter((name) => !(name in env));
  return {
    ...choices,
    ...(moved !== undefined && { baseUrl: moved }),
    env: { ...choices.env, ...edited },
    withoutEnv: [...new Set([...choices.withoutEnv, ...removed])].filter(
      (name) => !(name in edited),
    ),
  };
}

/** The launcher's variables whose values differ between two records, as cc-mirror wrote them. */
export function changedValues(
  before: Pick<VariantRecord, 'written'>,
  after: Pick<VariantRecord, 'written'>,
): { name: string; from: string | null; to: string | null }[] {
  const names = new Set([...Object.keys(before.written.env), ...Object.keys(after.written.env)]);
  return [...names].sort().flatMap((name) => {
    const [from, to] = [before.written.env[name] ?? null, after.written.env[name] ?? null];
    return from === to ? [] : [{ name, from, to }];
  });
}
