import { allPresets } from '../provider/catalogue.ts';
import type { Check } from '../live/check.ts';
import { testProvider } from '../live/test-provider.ts';
import { isCloud, variantTarget } from '../live/target/variant-target.ts';
import { type Found, error, ok, warning } from './finding.ts';
import type { CheckContext } from './check-context.ts';

/** Asks the variant's provider what its sessions would ask: `--live`. */
export async function checkLive({ record, around }: CheckContext): Promise<Found[]> {
  const { layout } = around;
  const catalogue = allPresets(layout.providers);
  const entry = catalogue.entries.find(({ preset }) => preset.id === record.provider);
  if (isCloud(entry?.preset ?? null, record.env)) {
    return [ok('not asked: a cloud takes the credentials of its own tools')];
  }
  const target = await variantTarget(record, catalogue, around);
  const { checks, balance } = await testProvider(target, around);
  const passed = checks.filter((check) => check.ok === true).map(({ id }) => id);
  return [
    ...(passed.length > 0 ? [ok(`${target.baseUrl}: ${passed.join(', ')}`)] : []),
    ...checks.filter((check) => check.ok === null && check.next !== null).map(noteOf),
    ...checks.filter((check) => check.ok === false).map(problemOf),
    ...(balance?.kind === 'known' ? [ok(`balance: ${balance.message}`)] : []),
  ];
}

function noteOf({ id, message }: Check): Found {
  return ok(`${id}: ${message}`);
}

/** Sessions work without token counting. */
function problemOf({ id, message, next }: Check): Found {
  const report = id === 'token-counting' ? warning : error;
  return report(`${id}: ${message}`, next ?? '');
}
