import { expect, test } from 'vitest';
import {
  isFlagName,
  isInteractiveName,
  isOptionName,
  isRegistryName,
  isSwitch,
  namesSwitch,
} from '../../../../src/gates/inputs/flag-names.ts';

/** Which of the names fit. */
const fitting = (fits: (name: string) => boolean, names: readonly string[]): string[] =>
  names.filter((name) => fits(name));

test('switches', () => {
  const yes =
    'ENABLE_X X_ENABLED X_EXPERIMENTAL_Y TASK X_TASKS TODO TODOS_X TEAM X_TEAMS TEAMMATE SWARMS';
  // Parts of other words are neither switches nor values.
  const both = 'PIANO_TASKS NOW_TASKS CURL_TASKS URLS_TASKS KEYS_TASKS';
  const no =
    'XTASKS TASKSX X_TASKSX ENABLERS tasks X MAX_TASKS TASKS_MAX NO_TASKS TASKS_URL TASK_KEY TEAM_TOKEN TASK_MODEL ' +
    'TASK_PATH TASK_FILE TASK_DIR TASK_ID TASK_LIMIT TASK_TIMEOUT TASK_MS DISABLED_TASKS TASK_POLICY ENABLE_PERMISSIONS ' +
    'ENABLE_SANDBOX ENABLE_PLAN_MODE ENABLE_ADMIN TASKS_TRUSTED ENABLE_AUTH';
  const names = [yes, both].join(' ').split(' ');
  expect(fitting(isSwitch, [...names, ...no.split(' ')])).toEqual(names);
});

test('code that names a switch', () => {
  const yes = ['process.env.ENABLE_TASKS', 'a(ENABLE_TASKS)', 'X||ENABLE_X1'];
  const no = [
    'a.b',
    'P.enabled',
    'process.env.TASK_LIST_ID',
    'ENABLE_TASKSx',
    'aENABLE_TASKS',
    'T',
  ];
  expect(fitting(namesSwitch, [...yes, ...no])).toEqual(yes);
});

test('remote flags', () => {
  const yes = ['tengu_a', 'tengu_a_b', 'tengu_a1_2'];
  const no = ['tengu', 'tengu_', 'tengu_A', 'tengu_a-b', 'tengu_a!', 'x_tengu_a', 'tengu_allow_a'];
  expect(fitting(isFlagName, [...yes, ...no])).toEqual(yes);
});

test('options', () => {
  const yes = ['--x', '--agent-teams'];
  expect(fitting(isOptionName, [...yes, '--allow-x', '--AllowX', '--permission-mode'])).toEqual(
    yes,
  );
  expect(isOptionName(1)).toBe(false);
});

test('variables of a registry', () => {
  const yes = ['CLAUDE_CODE_X', 'ANTHROPIC_X', 'ENABLE_X1', 'DISABLE_X'];
  const no = ['CLAUDE_', 'CLAUDE_x', 'CLAUDE_X!', 'XCLAUDE_X', 'MY_ENABLE_X', 'isOn'];
  expect(fitting(isRegistryName, [...yes, ...no])).toEqual(yes);
});

test('whether the session is interactive', () => {
  const yes = ['interactive', 'isInteractive', 'isNonInteractiveSession', 'nonInteractive'];
  expect(fitting(isInteractiveName, [...yes, 'isInteractiveX', 'wasInteractive', 'is'])).toEqual(
    yes,
  );
});
