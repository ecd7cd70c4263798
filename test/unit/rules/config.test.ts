import { expect, it } from 'vitest';
import { parseConfig } from '../../../src/rules/config.ts';

it('reads the rules that are switched on', () => {
  const text = JSON.stringify({
    rules: {
      worker: { skills: ['orchestration'] },
      contract: { skills: ['router'], agents: ['a'] },
      later: {},
    },
    tool: 'Task',
    identity: 'transcript',
  });
  expect(parseConfig(text)).toEqual({
    rules: {
      worker: { skills: ['orchestration'], agents: [] },
      contract: { skills: ['router'], agents: ['a'] },
    },
    tool: 'Task',
    identity: 'transcript',
  });
});

const good = { rules: {}, tool: 'Agent', identity: 'agent-id' };

it.each([
  [{ ...good, tool: 'Bash' }, '"tool"'],
  [{ ...good, identity: 1 }, '"identity"'],
  [{ ...good, rules: { memory: {} } }, '"rules.memory.skills"'],
  [{ ...good, rules: { contract: { skills: [], agents: [1] } } }, '"rules.contract.agents"'],
  [null, '"tool"'],
])('refuses %j', (config, message) => {
  expect(() => parseConfig(JSON.stringify(config))).toThrow(message);
});
