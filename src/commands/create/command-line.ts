import type { Options } from './question.ts';

const named: readonly (readonly [keyof Options, string])[] = [
  ['claudeVersion', '--claude-version'],
  ['from', '--from'],
  ['provider', '--provider'],
  ['plan', '--plan'],
  ['region', '--region'],
  ['baseUrl', '--base-url'],
  ['auth', '--auth'],
  ['env', '--env'],
  ['header', '--header'],
  ['model', '--model'],
  ['modelOpus', '--model-opus'],
  ['modelSonnet', '--model-sonnet'],
  ['modelHaiku', '--model-haiku'],
  ['apiKeyEnv', '--api-key-env'],
  ['apiKeyHelper', '--api-key-helper'],
  ['keyStore', '--key-store'],
  ['keepEnv', '--keep-env'],
  ['flip', '--flip'],
  ['skills', '--skills'],
];

/** Options as the words of a command line. A typed key becomes `--api-key-stdin`, which asks for it. */
export function wordsOf(options: Options): string[] {
  const { key, apiKeyStdin, tasks, teams, skills, rules, probe, force } = options;
  const values = named.flatMap(([name, option]) =>
    [options[name]].flat().flatMap((value) => (typeof value === 'string' ? [option, value] : [])),
  );
  return [
    ...values,
    ...(key !== undefined || apiKeyStdin ? ['--api-key-stdin'] : []),
    ...(tasks === false ? ['--no-tasks'] : tasks ? ['--tasks'] : []),
    ...(teams === false ? ['--no-teams'] : teams ? ['--teams'] : []),
    ...(skills === false ? ['--no-skills'] : []),
    ...(rules === false ? ['--no-rules'] : rules ? ['--rules'] : []),
    ...(probe === false ? ['--no-probe'] : []),
    ...(force ? ['--force'] : []),
  ];
}

/** A command as it is typed into a shell. */
export function commandLine(command: readonly string[], options: Options): string {
  return ['cc-mirror', ...command, ...wordsOf(options)].map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
