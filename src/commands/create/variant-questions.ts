import { CcMirrorError } from '../../errors.ts';
import { defaultChoices } from '../../variant/record.ts';
import { presetOf } from './provider-questions.ts';
import { type Facts, type Options, type Question, one } from './question.ts';

/** What the variant is called, and what is in it. */
export const variantQuestions: readonly Question[] = [
  {
    id: 'name',
    ask(options, facts) {
      if (options.name !== undefined) return null;
      return {
        kind: 'text',
        message: 'Name of the variant and its command?',
        initial: suggestedName(options, facts),
        check: (value) => facts.checkName(value.trim()),
      };
    },
    take: (answer) => ({ name: one(answer).trim() }),
  },
  {
    id: 'tools',
    ask({ tasks, teams, toolsChosen }) {
      if (toolsChosen || tasks !== undefined || teams !== undefined) return null;
      return {
        kind: 'several',
        message: 'Which tools should be on?',
        choices: [
          { value: 'tasks', label: 'Tasks', hint: 'a list of tasks with dependencies' },
          { value: 'teams', label: 'Teams', hint: 'workers that send messages to each other' },
        ],
        initial: ['tasks', 'teams'],
      };
    },
    // Left out is on where the build has them; given is an error where it has not.
    take: (chosen) => ({
      toolsChosen: true,
      ...(!chosen.includes('tasks') && { tasks: false }),
      ...(!chosen.includes('teams') && { teams: false }),
    }),
  },
  {
    id: 'packs',
    ask({ skills }, { packs }) {
      if (skills !== undefined) return null;
      const choices = packs.map(({ id, description }) => ({
        value: id,
        label: id,
        hint: description,
      }));
      return {
        kind: 'several',
        message: 'Which packs of skills?',
        choices,
        initial: defaultChoices.skills,
      };
    },
    take: (chosen) => ({ skills: chosen.length > 0 && String(chosen) }),
  },
];

/** The provider's id, or its alias if its models are named so; with `-claude` if it is taken or a program's. */
function suggestedName(options: Options, facts: Facts): string {
  const { id, aliases, group, models } = presetOf(options, facts);
  if (group === 'anthropic') return firstFree(['mclaude', 'mclaude2', 'mclaude3'], facts);
  const model = models.opus ?? models.default ?? '';
  const word = [id, ...aliases].find((name) => model.startsWith(name)) ?? id;
  const own = ['vendor', 'gateway'].includes(group) ? [word] : [];
  return firstFree([...own, `${word}-claude`, `${word}-claude2`], facts);
}

function firstFree(names: readonly string[], facts: Facts): string {
  return names.find((name) => isFree(name, facts)) ?? '';
}

function isFree(name: string, { checkName }: Facts): boolean {
  try {
    checkName(name);
    return true;
  } catch (error) {
    if (error instanceof CcMirrorError) return false;
    throw error;
  }
}
