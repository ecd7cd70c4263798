import { isCancel, password, select, text } from '@clack/prompts';
import { CcMirrorError } from '../errors.ts';
import { findPreset, loadCatalogue, shippedPresets } from '../provider/catalogue.ts';
import { checkedKey } from '../provider/key.ts';
import { checkName } from '../variant/name.ts';
import type { CommandContext } from './command.ts';
import type { MakeOptions } from './make-variant.ts';

/** What was given and what was asked, together. */
interface Answers {
  name: string;
  provider: string;
  baseUrl?: string;
  key?: string;
}

const output = process.stderr;

/** Asks for what a variant needs and was not given. Error: `interrupted`. */
export async function askForVariant(
  given: Omit<MakeOptions, 'name'> & { name: string | undefined },
  { layout }: CommandContext,
): Promise<Answers> {
  const catalogue = await loadCatalogue({ shipped: shippedPresets, user: layout.providers });
  const options = catalogue.map(({ preset: { id, name, description } }) => ({
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
          message: 'Its address (what comes before /v1/messages)?',
          placeholder: 'https://…',
          output,
        }),
      )
    : given.baseUrl;
  const name =
    given.name ??
    (await answer(
      text({
        message: 'A name for it, which becomes a command?',
        initialValue: provider === 'mirror' ? 'mclaude' : `${provider}-claude`,
        validate: (value) => nameProblem(value ?? ''),
        output,
      }),
    ));
  const keyGiven = given.apiKeyEnv !== undefined || given.apiKeyStdin;
  const key =
    preset.auth.required && !keyGiven
      ? checkedKey(
          await answer(
            password({ message: `Your API key${keyPage(preset.auth.keyUrl)}?`, output }),
          ),
          'The key',
          'Paste the key alone.',
        )
      : undefined;
  return {
    provider,
    name,
    ...(baseUrl !== undefined && { baseUrl }),
    ...(key !== undefined && { key }),
  };
}

async function answer(question: Promise<string | symbol>): Promise<string> {
  const value = await question;
  if (typeof value === 'string' && !isCancel(value)) return value;
  throw new CcMirrorError('interrupted', 'Cancelled; nothing was changed.');
}

function keyPage(url: string | undefined): string {
  return url === undefined ? '' : ` (${url})`;
}

function nameProblem(name: string): string | undefined {
  try {
    checkName(name);
    return undefined;
  } catch (error) {
    if (error instanceof CcMirrorError) return error.message;
    throw error;
  }
}
