import { refuseWrapped } from '../../lifecycle/choose-key.ts';
import { checkKeyVariable, checkedKey, readKey } from '../../provider/key.ts';
import type { Preset } from '../../provider/preset.ts';
import { chooseEndpoint } from '../../provider/preset/endpoints.ts';
import { placeForKey } from '../../provider/preset/key-owner.ts';
import { checkOption } from '../input/options.ts';
import { presetOf } from './provider-questions.ts';
import {
  type Choice,
  type Facts,
  type KeyWay,
  type Options,
  type Question,
  one,
} from './question.ts';

/** Where the key comes from, and the key. */
export const keyQuestions: readonly Question[] = [
  {
    id: 'key-from',
    ask(options, facts) {
      const auth = authOf(options, facts);
      if (auth.type === 'cloud' || keyGiven(options) || keyWay(options) !== null) return null;
      const from = keyUrlOf(options, facts);
      const none = {
        value: 'none',
        label: auth.type === 'login' ? 'None: log in when it first starts' : 'None is needed',
      };
      const choices: Choice[] = [
        ...(auth.required ? [] : [none]),
        { value: 'file', label: 'Type or paste it', hint: 'kept in a file that only you can read' },
        { value: 'keyring', label: "Type or paste it, for the system's keyring" },
        { value: 'variable', label: 'A variable of my shell', hint: 'read at each start' },
        { value: 'command', label: 'A command prints it', hint: 'run at each start' },
      ];
      const where = from === null ? '' : ` (keys are at ${from})`;
      return { kind: 'list', message: `Where does the API key come from?${where}`, choices };
    },
    take: (answer) => ({ keyFrom: wayNamed(one(answer)) }),
  },
  {
    id: 'key',
    ask(options, facts) {
      const way = keyWay(options);
      if (keyGiven(options) || (way !== 'file' && way !== 'keyring')) return null;
      const { name } = presetOf(options, facts);
      return {
        kind: 'secret',
        message: `Your API key of ${name}?`,
        check: (value) => void placeOf(typed(value), options, facts),
      };
    },
    take(answer, options, facts) {
      const key = typed(one(answer));
      const place = placeOf(key, options, facts);
      const inKeyring = keyWay(options) === 'keyring';
      return { key, ...(inKeyring && { keyStore: 'keyring' }), ...(place && { plan: place.plan }) };
    },
  },
  {
    id: 'key-variable',
    ask(options, facts) {
      if (keyGiven(options) || keyWay(options) !== 'variable') return null;
      const { environment } = facts;
      return {
        kind: 'text',
        message: 'Which variable of your shell holds the API key?',
        placeholder: 'MY_API_KEY',
        async check(answer) {
          const name = answer.trim();
          checkKeyVariable(name);
          // The variant reads it at each start: it may be set later.
          if (!environment[name]?.trim()) return;
          const { key, without } = await readKey({ fromEnv: { name, environment } });
          refuseWrapped(name, without);
          placeOf(key, options, facts);
        },
      };
    },
    take: (answer) => ({ apiKeyEnv: one(answer).trim(), keyStore: 'env' }),
  },
  {
    id: 'key-command',
    ask(options) {
      if (keyGiven(options) || keyWay(options) !== 'command') return null;
      return {
        kind: 'text',
        message: 'Which command prints the API key?',
        placeholder: 'pass show provider/key',
        check: (command) => checkOption('apiKeyHelper', command.trim()),
      };
    },
    take: (answer) => ({ apiKeyHelper: one(answer).trim() }),
  },
];

const ofStore: Record<string, KeyWay> = {
  file: 'file',
  keyring: 'keyring',
  env: 'variable',
  helper: 'command',
};

const ways: readonly KeyWay[] = ['none', 'file', 'keyring', 'variable', 'command'];

function wayNamed(value: string): KeyWay {
  return ways.find((way) => way === value) ?? 'none';
}

/** As it was answered, or as `--key-store` implies it. */
function keyWay({ keyFrom, keyStore }: Options): KeyWay | null {
  return keyFrom ?? (keyStore === undefined ? null : (ofStore[keyStore] ?? null));
}

function keyGiven({ key, apiKeyEnv, apiKeyStdin, apiKeyHelper }: Options): boolean {
  return (key ?? apiKeyEnv ?? apiKeyHelper) !== undefined || apiKeyStdin === true;
}

function authOf(options: Options, facts: Facts): Preset['auth'] {
  const preset = presetOf(options, facts);
  return chooseEndpoint(preset, options).auth ?? preset.auth;
}

function keyUrlOf(options: Options, facts: Facts): string | null {
  return (
    chooseEndpoint(presetOf(options, facts), options).keyUrl ??
    authOf(options, facts).keyUrl ??
    null
  );
}

function typed(value: string): string {
  return checkedKey(value, 'The key', 'Paste the key alone.').key;
}

function placeOf(key: string, options: Options, facts: Facts): { plan: string } | null {
  return placeForKey(presetOf(options, facts), options, key, facts.catalogue);
}
