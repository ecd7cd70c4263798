import { exists } from '../../disk/sync-read.ts';
import type { Layout } from '../../variant/layout.ts';
import { variantLayout } from '../../variant/layout.ts';
import { listVariants } from '../../variant/read-variant.ts';
import type { VariantRecord } from '../../variant/record.ts';
import { changeQuestions, changeWords } from './change.ts';
import type { Action, Facts, MenuOptions, Question, VariantShown } from './question.ts';
import { one } from './question.ts';
import { type Asker, walk } from './walk.ts';

/** What the user chose: the words of a command line, or a variant to start. */
export type Chosen = { kind: 'words'; words: string[] } | { kind: 'start'; launcher: string };

/** Asks what to do, and with which variant. Error: `interrupted`. */
export async function chooseAction(layout: Layout, facts: Facts, asker: Asker): Promise<Chosen> {
  const variants = listVariants(layout).map(
    ({ name, provider, claudeVersion, launcher, choices }) => ({
      name,
      provider,
      claudeVersion,
      launcher,
      place: placeIn(choices),
      undoable: exists(variantLayout(layout, name).previous),
    }),
  );
  const chosen = await walk(menuQuestions(variants), {}, facts, asker);
  return chosenOf(chosen, variants);
}

function placeIn({ region, plan, baseUrl }: VariantRecord['choices']): VariantShown['place'] {
  return {
    ...(region !== undefined && { region }),
    ...(plan !== undefined && { plan }),
    ...(baseUrl !== undefined && { baseUrl }),
  };
}

const general = new Map([
  [
    'create',
    { words: ['create'], label: 'Create a variant', hint: 'a second Claude Code beside yours' },
  ],
  ['update', { words: ['update'], label: 'Update all variants', hint: '' }],
  ['list', { words: ['list'], label: 'List variants', hint: '' }],
  ['help', { words: ['--help'], label: 'Show the commands', hint: '' }],
]);

/** The questions of the menu, over these variants. */
function menuQuestions(variants: readonly VariantShown[]): readonly Question[] {
  return [
    {
      id: 'variant',
      ask({ action, name }) {
        if (action !== undefined || name !== undefined) return null;
        const width = Math.max(0, ...variants.map(({ name }) => name.length));
        const rows = variants.map(({ name, provider, claudeVersion }) => ({
          value: `${ofVariant}${name}`,
          label: `${name.padEnd(width)}  ${provider}, ${claudeVersion}`,
          hint: 'start, update, change …',
        }));
        const others = [...general]
          .filter(([id]) => variants.length > 0 || id === 'create' || id === 'help')
          .map(([value, { label, hint }]) => ({ value, label, ...(hint && { hint }) }));
        return {
          kind: 'list',
          message: 'What would you like to do?',
          choices: [...rows, ...others],
          search: rows.length > 10,
        };
      },
      take(answer) {
        const value = one(answer);
        if (!value.startsWith(ofVariant)) return { action: 'command', command: value };
        const name = value.slice(ofVariant.length);
        const variant = variants.find((variant) => variant.name === name);
        return { name, ...(variant && { provider: variant.provider, current: variant.place }) };
      },
    },
    {
      id: 'action',
      ask({ name, action }) {
        if (action !== undefined || name === undefined) return null;
        const undoable = variants.some((variant) => variant.name === name && variant.undoable);
        const choices = [
          { value: 'start', label: 'Start it' },
          { value: 'update', label: 'Update it' },
          { value: 'doctor', label: 'Find problems' },
          { value: 'info', label: 'Show it in full' },
          { value: 'change', label: 'Change it', hint: 'provider, plan, models, key' },
          ...(undoable ? [{ value: 'rollback', label: 'Roll back the last update' }] : []),
          { value: 'remove', label: 'Remove it', hint: 'asks first' },
        ];
        return { kind: 'list', message: `What about ${name}?`, choices };
      },
      take: (answer) => ({ action: actionNamed(one(answer)) }),
    },
    ...changeQuestions,
  ];
}

const ofVariant = 'variant:';

const actions: readonly Action[] = [
  'start',
  'update',
  'doctor',
  'info',
  'change',
  'rollback',
  'remove',
];

function actionNamed(value: string): Action {
  return actions.find((action) => action === value) ?? 'info';
}

/** What the answers of the menu come to. */
function chosenOf(options: MenuOptions, variants: readonly VariantShown[]): Chosen {
  const { action = 'command', command = '', name = '' } = options;
  const words = (...words: string[]): Chosen => ({ kind: 'words', words });
  switch (action) {
    case 'command':
      return words(...(general.get(command)?.words ?? []));
    case 'start': {
      const launcher = variants.find((variant) => variant.name === name)?.launcher ?? name;
      return { kind: 'start', launcher };
    }
    case 'change':
      return words(...changeWords(options));
    case 'update':
    case 'doctor':
    case 'info':
    case 'rollback':
    case 'remove':
      return words(action, name);
  }
}
