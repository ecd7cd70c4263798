import { describe, expect, it } from 'vitest';
import {
  type Decider,
  countedOn,
  hiddenText,
  isOfProject,
  lossText,
  refuseLosses,
} from '../../../src/plan/losses.ts';

const places = { settings: '/v/settings.json', state: '/v/.claude.json' };
const mine: Decider = { place: 'settings.json', key: 'env.X' };
const ofState: Decider = { place: '.claude.json', key: 'env.Y' };
const given: Decider = { place: '--env', key: 'Z' };
const ofProject: Decider = { place: 'project', path: '/p/.claude/settings.json', key: 'a' };

describe('a loss', () => {
  it.each([
    ['off', [mine], 'env.X in /v/settings.json disables its tools'],
    ['off', [given, ofState], '--env Z and env.Y in /v/.claude.json together disable its tools'],
    [
      'deferred',
      [ofProject],
      'a in /p/.claude/settings.json makes the build announce its tools by name only',
    ],
    [
      'deferred',
      [given, given],
      '--env Z and --env Z together make the build announce its tools by name only',
    ],
  ] as const)('that is %s by %o is told', (state, by, told) => {
    expect(lossText({ capability: 'tasks', state, by: [...by] }, places)).toBe(told);
  });

  it('is refused only if what is off was asked for', () => {
    const loss = (state: 'off' | 'deferred') => [
      { capability: 'tasks', state, by: [given] } as const,
    ];
    const refused = (state: 'off' | 'deferred', demanded: ('tasks' | 'teams')[]) => () =>
      refuseLosses(
        loss(state).map((one) => ({ ...one, by: [...one.by] })),
        demanded,
        places,
      );
    expect(refused('off', ['teams', 'tasks'])).toThrow(
      expect.objectContaining({
        code: 'capability-unavailable',
        message: 'This variant cannot be given tasks: --env Z disables its tools.',
        hint: 'Remove that, or leave out --tasks.',
      }),
    );
    expect(refused('off', ['teams'])).not.toThrow();
    expect(refused('deferred', ['tasks'])).not.toThrow();
  });

  it('is of the project where one of its settings has a part', () => {
    expect(isOfProject({ by: [mine, ofProject] })).toBe(true);
    expect(isOfProject({ by: [mine, ofState, given] })).toBe(false);
  });
});

it('what is hidden is told by name', () => {
  expect(hiddenText({ names: ['Agent|Task', 'Bash'], by: [mine] }, places)).toBe(
    'env.X in /v/settings.json hides Agent or Task, Bash from sessions',
  );
  expect(hiddenText({ names: ['Bash'], by: [mine, given] }, places)).toBe(
    'env.X in /v/settings.json and --env Z together hide Bash from sessions',
  );
});

it('capabilities are counted on where they are on', () => {
  const counted = (tasks: string, teams: string) =>
    countedOn({ tasks: { state: tasks }, teams: { state: teams } });
  expect(counted('on', 'on')).toEqual(['tasks', 'teams']);
  expect(counted('deferred', 'on')).toEqual(['teams']);
  expect(counted('off', 'absent')).toEqual([]);
});
