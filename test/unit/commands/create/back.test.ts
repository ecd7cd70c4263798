import { beforeEach, describe, expect, it } from 'vitest';
import { wordsOf } from '../../../../src/commands/create/command-line.ts';
import type { Facts } from '../../../../src/commands/create/question.ts';
import { questions } from '../../../../src/commands/create/questions.ts';
import { back, walk } from '../../../../src/commands/create/walk.ts';
import { newWorld } from '../../variant/world.ts';
import { type Line, factsIn, key, rest, scripted } from './script.ts';

let facts: Facts;
beforeEach(async () => {
  facts = await factsIn(await newWorld());
});

describe('going back', () => {
  it('asks the question before again, with its former answer, and forgets what followed', async () => {
    const asker = scripted([
      [/Which provider/, 'zai'],
      [/Which region/, 'china'],
      [/key come from/, back],
      [/Which region/, back],
      [/Which provider/, 'custom'],
      [/Address/, 'http://localhost'],
      [/key come from/, back],
      [/Address/, back],
      [/Which provider/, 'mirror'],
      [/key come from/, 'none'],
      [/Name/, 'one'],
      [/tools/, ['tasks']],
      [/packs/, back],
      [/tools/, ['tasks', 'teams']],
      [/packs/, []],
      [/Create it/, back],
      [/packs/, []],
      [/Create it/, 'create'],
    ]);
    const options = await walk(questions, {}, facts, asker);
    expect([options.name, ...wordsOf(options)].join(' ')).toBe('one --provider mirror --no-skills');
    const initials = asker.asked.map((one) => ('initial' in one ? one.initial : undefined));
    expect(initials[3]).toBe('china');
    expect(initials[4]).toBe('zai');
    expect(initials[7]).toBe('http://localhost');
    expect(initials[13]).toEqual(['tasks']);
  });

  it('never offers a key that was typed', async () => {
    const asker = scripted(
      [
        [/come from/, 'file'],
        [/key of/, key],
        [/models/, back],
        [/key of/, back],
        [/come from/, back],
      ],
      true,
    );
    const given = { provider: 'zai', region: 'china' };
    await expect(walk(questions, given, facts, asker)).rejects.toMatchObject({
      code: 'interrupted',
    });
    expect(JSON.stringify(asker.asked)).not.toContain(key);
  });

  it('leaves from the first question only if the user says so', async () => {
    const stays = scripted([[/provider/, back], [/provider/, 'mirror'], [/key/, 'none'], ...rest]);
    expect(await walk(questions, { name: 'one' }, facts, stays)).toMatchObject({ confirmed: true });
    const leaves = walk(questions, {}, facts, scripted([[/provider/, back]], true));
    await expect(leaves).rejects.toMatchObject({ code: 'interrupted' });
    const last: Line[] = [
      [/provider/, 'mirror'],
      [/key/, 'none'],
      ...rest.slice(0, 2),
      [/Create/, 'leave'],
    ];
    await expect(walk(questions, { name: 'one' }, facts, scripted(last))).rejects.toMatchObject({
      code: 'interrupted',
    });
  });
});
