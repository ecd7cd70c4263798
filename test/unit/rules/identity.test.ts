import { expect, it } from 'vitest';
import { identityOf } from '../../../src/rules/identity.ts';

it.each(['2.0.59', '2.0.77', '2.1.2', '2.1.29', '2.1.40', '2.1.64', '2.1.68', '1.0.100'])(
  '%s identifies workers by transcripts',
  (version) => {
    expect(identityOf(version)).toBe('transcript');
  },
);

it.each(['2.1.69', '2.1.112', '2.1.329', '2.2.0', '3.0.0', '2.1.70-beta.1'])(
  '%s sends their id',
  (version) => {
    expect(identityOf(version)).toBe('agent-id');
  },
);
