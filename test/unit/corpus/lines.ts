import type { CapabilityLine, Line } from '../../corpus/line.ts';

const absent: CapabilityLine = {
  verdict: 'absent',
  reason: 'there is no such tool',
  by: null,
  stock: false,
  built: false,
};

export const byEdit: CapabilityLine = {
  verdict: 'flip',
  reason: 'switched off by a constant',
  by: 'flip',
  stock: false,
  built: true,
};

/** A line without capabilities and problems; JavaScript unless `given` names a platform. */
export function lineOf(version: string, given: Partial<Line> = {}): Line {
  const native = given.platform !== undefined && given.platform !== 'any';
  return {
    version,
    platform: 'any',
    kind: native ? 'native' : 'js',
    layout: native ? 'single' : 'script',
    modules: 1,
    tasks: absent,
    teams: absent,
    edits: { modules: 0, bytes: 0 },
    rebuilt: 'same',
    problems: [],
    date: '2026-11-20',
    ...given,
  };
}
