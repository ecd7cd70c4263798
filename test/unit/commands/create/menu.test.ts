import { beforeEach, describe, expect, it } from 'vitest';
import { type Chosen, chooseAction } from '../../../../src/commands/create/menu.ts';
import { back } from '../../../../src/commands/create/walk.ts';
import { type World, create, newWorld, update } from '../../variant/world.ts';
import { type Line, factsIn, scripted } from './script.ts';

let world: World;
beforeEach(async () => {
  world = await newWorld();
  const one = { prove: false, provider: 'kimi', plan: 'coding', key: 'a-key-of-nobody' };
  await create(world, one);
  await create(world, { name: 'two', prove: false });
});

async function chosen(lines: readonly Line[]): Promise<Chosen> {
  const asker = scripted(lines);
  const facts = await factsIn(world, { MY_KEY: 'another-key' });
  const result = await chooseAction(world.around.layout, facts, asker);
  expect(asker.left).toEqual([]);
  return result;
}

const one: Line = [/What would you like/, 'variant:one'];

describe('the menu', () => {
  it.each<[string, Line[], string]>([
    ['creates', [[/What would/, 'create']], 'create'],
    ['updates all', [[/What would/, 'update']], 'update'],
    ['lists', [[/What would/, 'list']], 'list'],
    ['shows the help', [[/What would/, 'help']], '--help'],
    ['updates one', [one, [/What about one/, 'update']], 'update one'],
    ['examines one', [one, [/What about/, 'doctor']], 'doctor one'],
    ['shows one', [one, [/What about/, 'info']], 'info one'],
    ['removes one', [one, [/What about/, 'remove']], 'remove one'],
    [
      'goes back',
      [one, [/What about/, back], [/What would/, 'variant:two'], [/What about two/, 'info']],
      'info two',
    ],
    [
      'changes the provider',
      [one, [/What about/, 'change'], [/What of one/, 'provider']],
      'create one --force',
    ],
    [
      'changes the plan and the region',
      [
        one,
        [/What about/, 'change'],
        [/What of one/, 'place'],
        [/plan/, 'api'],
        [/region/, 'china'],
      ],
      'update one --plan api --region china',
    ],
    [
      'changes the models',
      [
        one,
        [/What about/, 'change'],
        [/What of one/, 'models'],
        [/Which models/, 'one'],
        [/Id/, 'x'],
      ],
      'update one --model x',
    ],
    [
      'has update ask for another key',
      [
        one,
        [/What about/, 'change'],
        [/What of one/, 'key'],
        [/come from.*kimi\.com\/code/, 'file'],
      ],
      'update one --key-store file --api-key-stdin',
    ],
    [
      'takes a key from the shell',
      [
        one,
        [/What about/, 'change'],
        [/What of one/, 'key'],
        [/come from/, 'variable'],
        [/Which variable/, 'MY_KEY'],
      ],
      'update one --api-key-env MY_KEY --key-store env',
    ],
  ])('%s', async (_, lines, words) => {
    expect(await chosen(lines)).toEqual({ kind: 'words', words: words.split(' ') });
  });

  it('starts one by its launcher', async () => {
    const launcher = `${world.bin}/one`;
    expect(await chosen([one, [/What about/, 'start']])).toEqual({ kind: 'start', launcher });
  });

  it('offers to roll back only what was updated', async () => {
    const back: Line[] = [one, [/What about/, 'rollback']];
    await expect(chosen(back)).rejects.toThrow(/to deeply equal ArrayContaining.*rollback/s);
    await update(world, { prove: false, models: { default: 'x' } });
    expect(await chosen(back)).toEqual({ kind: 'words', words: ['rollback', 'one'] });
  });

  it('offers only changes that there are', async () => {
    const asker = scripted(
      [
        [/What would/, 'variant:two'],
        [/What about/, 'change'],
        [/What of two/, back],
        [/What about/, back],
        [/What would/, back],
      ],
      true,
    );
    const ended = chooseAction(world.around.layout, await factsIn(world), asker);
    await expect(ended).rejects.toMatchObject({ code: 'interrupted' });
    const [, , asked] = asker.asked;
    const offered = asked?.kind === 'list' ? asked.choices.map(({ value }) => value) : [];
    expect(offered).toEqual(['provider', 'key']);
  });
});

it('without variants offers to create one', async () => {
  const empty = await newWorld();
  const asker = scripted([[/What would/, 'create']]);
  await chooseAction(empty.around.layout, await factsIn(empty), asker);
  const [asked] = asker.asked;
  const offered = asked?.kind === 'list' ? asked.choices.map(({ value }) => value) : [];
  expect(offered).toEqual(['create', 'help']);
});
