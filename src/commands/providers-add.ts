import { join } from 'node:path';
import type { Command } from 'commander';
import { exists } from '../disk/sync-read.ts';
import { writeAtomic } from '../disk/write.ts';
import { CcMirrorError } from '../errors.ts';
import { withHome } from '../home/with-home.ts';
import { givenBaseUrl } from '../provider/base-url.ts';
import { parseOwnPreset } from '../provider/catalogue.ts';
import { type Preset, keyHeaders } from '../provider/preset.ts';
import * as z from '../zod.ts';
import type { CommandContext, CommandResult } from './cli/command.ts';
import { parseOptions } from './input/options.ts';
import { providerData } from './output/provider-view.ts';

export function addAddOptions(command: Command): Command {
  return command
    .option('--extends <id>', 'Take what is left out from this shipped preset')
    .option('--name <name>', 'Name for people')
    .option('--base-url <url>', 'Its address, without /v1/messages')
    .option('--auth <kind>', 'How it takes the key: bearer (default) or api-key')
    .option('--model <id>', 'Model that sessions start with')
    .option('--model-opus <id>', 'Model of the opus tier')
    .option('--model-sonnet <id>', 'Model of the sonnet tier')
    .option('--model-haiku <id>', 'Model of the haiku tier')
    .option('--force', 'Replace your preset of that id');
}

const text = z.optional(z.string().check(z.trim(), z.minLength(1, { error: 'it is empty' })));
const schema = z.object({
  extends: text,
  name: text,
  baseUrl: text,
  auth: z.optional(z.enum(keyHeaders, { error: `give ${keyHeaders.join(' or ')}` })),
  model: text,
  modelOpus: text,
  modelSonnet: text,
  modelHaiku: text,
  force: z.optional(z.boolean()),
});

/**
 * Writes a preset of the user's. Errors: `usage` without an address or a preset to extend;
 * `name-taken`; `invalid-preset` for what no preset can have, and then nothing is written.
 */
export async function addProvider(
  id: string,
  given: object,
  context: CommandContext,
): Promise<CommandResult> {
  const options = parseOptions(schema, given);
  if (options.extends === undefined && options.baseUrl === undefined) {
    throw new CcMirrorError(
      'usage',
      'A preset needs an address, or another preset to extend.',
      'Add --base-url URL, or --extends ID',
    );
  }
  const folder = context.layout.providers;
  const file = join(folder, `${id}.json`);
  const content = `${JSON.stringify(presetFrom(id, options, context), null, 2)}\n`;
  const preset = checked(content, file);
  return withHome(context, { command: 'providers add', name: id }, async () => {
    if (exists(file) && !options.force) {
      throw new CcMirrorError(
        'name-taken',
        `${file} exists already.`,
        'Edit it, or replace it with --force',
      );
    }
    await writeAtomic(file, content);
    return {
      data: { ...providerData({ preset, source: 'user', file }), file },
      text: `Wrote ${file}. Use it with: cc-mirror quick --provider ${id} --name ${id}-claude`,
    };
  });
}

/** The preset as it will be read. Error: `usage`, as it is the options that are wrong. */
function checked(content: string, file: string): Preset {
  try {
    return parseOwnPreset(content, file);
  } catch (error) {
    if (!(error instanceof CcMirrorError)) throw error;
    const problem = error.message.replace(`${file}: `, '').replaceAll(/\bline \d+: /g, '');
    const hint = 'Correct the options; nothing was written';
    throw new CcMirrorError('usage', `No preset can be written: ${problem}`, hint);
  }
}

function presetFrom(
  id: string,
  options: z.infer<typeof schema>,
  { progress }: CommandContext,
): object {
  const { extends: base, name, auth } = options;
  const typed =
    options.baseUrl === undefined
      ? null
      : givenBaseUrl(options.baseUrl, { baseUrl: null, endpoints: [] });
  if (typed?.note) progress.note(typed.note);
  const models = {
    ...(options.model !== undefined && { default: options.model }),
    ...(options.modelOpus !== undefined && { opus: options.modelOpus }),
    ...(options.modelSonnet !== undefined && { sonnet: options.modelSonnet }),
    ...(options.modelHaiku !== undefined && { haiku: options.modelHaiku }),
  };
  const sent = auth ?? (base === undefined ? 'bearer' : undefined);
  return {
    id,
    ...(base !== undefined && { extends: base }),
    ...((name ?? (base === undefined ? id : undefined)) !== undefined && { name: name ?? id }),
    ...(base === undefined && { description: `${name ?? id}, a provider of your own` }),
    ...(typed && { baseUrl: typed.url }),
    ...(sent !== undefined && { auth: { type: sent } }),
    ...(Object.keys(models).length > 0 && { models }),
  };
}
