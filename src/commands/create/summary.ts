import { cancelled } from '../input/answer.ts';
import { keyEnding } from '../../provider/key-stores.ts';
import { keyHeaders } from '../../provider/preset.ts';
import { resolveProvider } from '../../provider/resolve-provider.ts';
import { table } from '../../ui/table.ts';
import { presetOf } from './provider-questions.ts';
import { type Facts, type Options, type Question, one } from './question.ts';
import { commandLine } from './command-line.ts';

/** What will be written, to be confirmed. */
export const summaryQuestion: Question = {
  id: 'summary',
  ask(options, facts) {
    if (options.confirmed) return null;
    return {
      kind: 'list',
      message: 'Create it?',
      above: {
        title: 'Summary',
        lines: summaryOf(options, facts),
        command: {
          is: 'The same without questions',
          line: commandLine(['quick', options.name ?? ''], options),
        },
      },
      choices: [
        { value: 'create', label: 'Create it' },
        { value: 'leave', label: 'Leave, creating nothing' },
      ],
    };
  },
  take(answer) {
    if (one(answer) === 'leave') throw cancelled();
    return { confirmed: true };
  },
};

/** The lines of a summary. Error: `usage` for options that do not fit together. */
function summaryOf(options: Options, facts: Facts): string[] {
  const { name = '' } = options;
  const preset = presetOf(options, facts);
  const resolved = resolveProvider(preset, {
    ...options,
    auth: keyHeaders.find((auth) => auth === options.auth),
    env: Object.fromEntries((options.env ?? []).map(assigned)),
    models: {
      default: options.model,
      opus: options.modelOpus,
      sonnet: options.modelSonnet,
      haiku: options.modelHaiku,
    },
  });
  const { folder, launcher } = facts.pathsOf(name);
  const { opus, sonnet, haiku } = resolved.models;
  const models = [...new Set([resolved.models.default, opus, sonnet, haiku])].flatMap(
    (model) => model ?? [],
  );
  const rows = [
    ['provider', [preset.name, resolved.plan, resolved.region].filter(Boolean).join(', ')],
    ...(resolved.baseUrl === null ? [] : [['address', resolved.baseUrl]]),
    ...(models.length === 0 ? [] : [['models', models.join(', ')]]),
    ...(resolved.auth === 'cloud' ? [] : [['key', keyText(options)]]),
    ...(resolved.deniedTools.length === 0 ? [] : [['denied', resolved.deniedTools.join(', ')]]),
    ['tools', toolsText(options)],
    ['packs', options.skills === false ? 'none' : String(options.skills ?? 'orchestration')],
    ['folder', folder],
    ['command', launcher],
  ];
  return [
    ...table(rows).split('\n'),
    ...resolved.notes.map((note) => `Note: ${note}.`),
    '',
    `To start it then, type: ${name}`,
  ];
}

function assigned(text: string): [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}

function keyText({ key, keyStore, apiKeyEnv, apiKeyHelper, apiKeyStdin }: Options): string {
  const place = keyStore === 'keyring' ? "in the system's keyring" : 'in a file of the variant';
  if (key !== undefined) {
    const ending = keyEnding(key);
    return `${place}${ending === null ? '' : `, ends in …${ending}`}`;
  }
  if (apiKeyHelper !== undefined) return `from the command: ${apiKeyHelper}`;
  if (apiKeyEnv !== undefined) {
    return keyStore === 'env'
      ? `from the variable ${apiKeyEnv} at each start`
      : `of ${apiKeyEnv}, ${place}`;
  }
  return apiKeyStdin ? `asked for next, ${place}` : 'none';
}

function toolsText({ tasks, teams }: Options): string {
  const on = [...(tasks === false ? [] : ['tasks']), ...(teams === false ? [] : ['teams'])];
  return on.length === 0 ? 'as the build has them' : on.join(' and ');
}
