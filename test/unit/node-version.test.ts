import { expect, it } from 'vitest';
import { tooOld } from '../../src/node-version.ts';

it.each(['16.20.2', '18.20.8', '20.9.0', '20.11.1'])('Node.js %s is too old', (version) => {
  expect(tooOld(version, '20.12')?.message).toBe(
    `cc-mirror needs Node.js 20.12 or later; this is ${version}.`,
  );
});

it.each(['20.12.0', '20.20.2', '22.0.0', '26.12.1', '27.0.0-nightly'])(
  'Node.js %s is new enough',
  (version) => {
    expect(tooOld(version, '20.12')).toBeNull();
  },
);
