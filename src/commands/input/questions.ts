import { type PasswordOptions, multiselect, password, select, text } from '@clack/prompts';
import { findPreset, loadCatalogue, shippedPresets } from '../../provider/catalogue.ts';
import { checkedKey } from '../../provider/key.ts';
import type { Preset } from '../../provider/preset.ts';
import { shippedPacks } from '../../skill/pack-source.ts';
import { nameProblem } from '../../variant/name.ts';
import type { CommandContext } from '../cli/command.ts';
import type { MakeOptions } from '../make-variant.ts';
import { answer } from './answer.ts';
import { defaultChoices } from '../../variant/record.ts';

/** Options given and questions answered. */
interface Answers {
  name: string;
  provider: string;
  baseUrl?: string;
  key?: string;
  /** Packs, separated by commas; false for none. */
  skills?: string | boolean;
}

const output = process.stderr;

/** Asks for what a variant needs and was not given. Error: `interrupted`. */
export async function askForVariant(
  given: Omit<MakeOptions, 'name'> & { name: string | undefined },
  { layout, progress }: CommandContext,
): Promise<Answers> {
  const catalogue = loadCatalogue({ shipped: shippedPresets, user: layout.providers });
  const options = catalogue.entries.map(({ preset: { id, name, description } }) => ({
    value: id,
    label: name,
    hint: description,
  }));
  const provider =
    given.provider ??
    (await answer(
      select<string>({ message: 'Which provider?', options, initialValue: 'mirror', output }),
    ));
  const { preset } = findPreset(catalogue, provider);
  const needsUrl = preset.requires.includes('baseUrl') && given.baseUrl === undefined;
  const baseUrl = needsUrl
    ? await answer(
        text({
          message: 'Address of the provider (without /v1/messages)?',
          placeholder: 'https://…',
          validate: (value) =>
            URL.canParse(value ?? '')
              ? undefined
              : 'Enter an address such as https://gateway.example',
          output,
        }),
      )
    : given.baseUrl;
  const name =
    given.name ??
    (await answer(
      text({
        message: 'Name of the variant and its command?',
        initialValue: provider === 'mirror' ? 'mclaude' : `${provider}-claude`,
        validate: (value) => nameProblem(value ?? '') ?? undefined,
        output,
      }),
    ));
  const keyGiven =
    given.apiKeyEnv !== undefined || given.apiKeyStdin || given.apiKeyHelper !== undefined;
  const key =
    keyGiven || ['login', 'cloud'].includes(preset.auth.type)
      ? ''
      : await answer(password(keyQuestion(preset)));
  const read = key.trim() === '' ? null : checkedKey(key, 'The key', 'Paste the key alone.');
  if (read?.without) progress.note(`removed ${read.without} from the key`);
  const skills = given.skills ?? (await askForPacks());
  return {
    provider,
    name,
    skills,
    ...(baseUrl !== undefined && { baseUrl }),
    ...(read && { key: read.key }),
  };
}

async function askForPacks(): Promise<string | false> {
  const packs = await shippedPacks();
  const options = packs.map(({ id, description }) => ({ value: id, label: id, hint: description }));
  const chosen = await answer(
    multiselect<string>({
      message: 'Which packs of skills? (space to select, enter to continue)',
      options,
      initialValues: defaultChoices.skills,
      required: false,
      output,
    }),
  );
  return chosen.length > 0 && chosen.join(',');
}

function keyQuestion({ auth }: Preset): PasswordOptions {
  const where = auth.keyUrl === undefined ? '' : ` (from ${auth.keyUrl})`;
  const optional = auth.required ? '' : ' (leave empty if none is needed)';
  return {
    message: `Your API key${where}${optional}?`,
    validate: (value) => (auth.required && !value?.trim() ? 'A key is required' : undefined),
    output,
  };
}
