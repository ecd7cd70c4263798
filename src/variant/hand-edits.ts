import type { Choices, VariantRecord } from './record.ts';

/**
 * What a variant was chosen to be, with what the user has changed by hand in variant.json since
 * cc-mirror last wrote it: a value that is not the one we wrote is the user's own, and is kept when
 * the preset changes. Everything else follows the preset.
 */
export function handEdits({ choices, baseUrl, env, written }: VariantRecord): Choices {
  const { ANTHROPIC_BASE_URL: url, ...edited } = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => written.env[name] !== value),
  );
  const moved = baseUrl === written.baseUrl ? url : (baseUrl ?? undefined);
  const gone = Object.keys(written.env).filter((name) => !(name in env));
  return {
    ...choices,
    ...(moved !== undefined && { baseUrl: moved }),
    env: { ...choices.env, ...edited },
    withoutEnv: [...new Set([...choices.withoutEnv, ...gone])].filter((name) => !(name in edited)),
  };
}

/** Values of the launcher's environment that differ from those that cc-mirror wrote before. */
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
