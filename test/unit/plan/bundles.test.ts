import { expect, it } from 'vitest';
import { planBundles } from '../../../src/plan/bundles.ts';
import { recordOf } from '../../../src/plan/record-of.ts';
import { planVariant } from '../../../src/plan/plan.ts';
import type { VariantRecord } from '../../../src/variant/record.ts';
import { input } from './input.ts';

const { layout } = input;
const now = '2026-11-20T00:00:00.000Z';
const at = (bundle: string, retired: VariantRecord['retired'] = []): VariantRecord => ({
  ...recordOf(
    planVariant({ ...input, now: new Date(now) }),
    { kind: 'js', version: '2.1.16', platform: 'any', sha256: 'a'.repeat(64) },
    `${layout.bundles}/${bundle}/cli.js`,
    null,
    null,
  ),
  retired,
});

it('retires what neither the variant nor the way back uses, and lets it go after a week', () => {
  const retired = [
    { folder: 'week', at: '2026-11-13T00:00:00.000Z' },
    { folder: 'days', at: '2026-11-13T00:00:00.001Z' },
  ];
  const current = at('old', retired);
  const plan = { record: at('new'), current, layout };
  const present = ['new', 'old', 'week', 'days', 'stray'];
  expect(planBundles(plan, { wayBack: current, repair: false, present })).toEqual({
    retired: [retired[1], { folder: 'stray', at: now }, retired[0]],
    expired: ['week'],
    replaced: null,
    endsWayBack: false,
  });
});

it('a repair removes the bundle that it replaces, and the way back that leads to it', () => {
  const plan = { record: at('new'), current: at('damaged'), layout };
  const present = ['damaged', 'older'];
  const replaced = { expired: [], replaced: 'damaged' };
  expect(planBundles(plan, { wayBack: at('older'), repair: true, present })).toEqual({
    ...replaced,
    retired: [],
    endsWayBack: false,
  });
  expect(planBundles(plan, { wayBack: at('damaged'), repair: true, present })).toMatchObject({
    ...replaced,
    endsWayBack: true,
  });
  const same = { ...plan, record: at('damaged') };
  expect(planBundles(same, { wayBack: null, repair: true, present })).toMatchObject({
    replaced: null,
  });
});
