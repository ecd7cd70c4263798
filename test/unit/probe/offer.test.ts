import { describe, expect, it } from 'vitest';
import type { MessagesRequest } from '../../../src/probe/api.ts';
import type { MessagesBody, ToolDescription } from '../../../src/probe/messages.ts';
import { mainRequest, readOffer } from '../../../src/probe/offer.ts';

const user = { role: 'user', content: 'hi' };

function request(body: Partial<MessagesBody>, agent?: string): MessagesRequest {
  const headers = agent === undefined ? {} : { 'user-agent': agent };
  return { url: '/v1/messages', headers, body: { model: 'm', messages: [user], ...body } };
}

function tool(name: string, description = '', ...properties: string[]): ToolDescription {
  const entries = properties.map((property) => [property, { type: 'string' }]);
  return { name, description, input_schema: { properties: Object.fromEntries(entries) } };
}

function offer(...tools: ToolDescription[]) {
  return readOffer(request({ tools }));
}

describe('mainRequest', () => {
  it('has the most tools; the first of several wins', () => {
    const [none, title, one, two, other] = [
      request({}),
      request({ tools: [] }),
      request({ tools: [tool('A')] }),
      request({ tools: [tool('A'), tool('B')] }),
      request({ tools: [tool('C'), tool('D')] }),
    ] as const;
    expect(mainRequest([none, one, title, two, other])).toBe(two);
    expect(mainRequest([none, title])).toBeUndefined();
    expect(mainRequest([])).toBeUndefined();
  });
});

describe('readOffer', () => {
  it('reads version, model and tools as sent', () => {
    const sent = request(
      { model: 'x-1', tools: [tool('Write'), tool('Bash')] },
      'claude-cli/2.1.9 (external)',
    );
    expect(readOffer(sent)).toEqual({
      claudeVersion: '2.1.9',
      tasks: false,
      teams: false,
      states: { tasks: 'off', teams: 'off' },
      tools: ['Write', 'Bash'],
      deferredTools: [],
      agents: [],
      skills: [],
      model: 'x-1',
    });
    expect(readOffer(request({}, 'curl/8')).claudeVersion).toBeNull();
    expect(offer().claudeVersion).toBeNull();
  });

  it('counts tasks as on only with all four tools', () => {
    const four = ['TaskList', 'TaskCreate', 'TaskUpdate', 'TaskGet'].map((name) => tool(name));
    expect(offer(...four).tasks).toBe(true);
    expect(offer(...four.slice(1)).tasks).toBe(false);
    expect(offer(tool('TaskOutput'), tool('TaskStop')).tasks).toBe(false);
  });

  it('tells teams by a team tool or the Agent tool, not by the Task tool', () => {
    const agent = tool('Agent', '', 'prompt', 'team_name');
    expect(offer(tool('Teammate')).teams).toBe(true);
    expect(offer(tool('TeamCreate')).teams).toBe(true);
    expect(offer(agent, tool('SendMessage')).teams).toBe(true);
    expect(offer(agent).teams).toBe(false);
    expect(offer(tool('Agent', '', 'prompt')).teams).toBe(false);
    expect(offer({ name: 'Agent' }).teams).toBe(false);
    expect(offer(tool('Task', '', 'prompt', 'team_name')).teams).toBe(false);
    expect(offer(tool('SendMessage')).teams).toBe(false);
  });
});

describe('tools that are only announced', () => {
  const four = ['TaskCreate', 'TaskGet', 'TaskList', 'TaskUpdate'];
  const agent = tool('Agent', '', 'prompt', 'team_name');
  function announcing(names: readonly string[], ...tools: ToolDescription[]) {
    const text = `Be brief.\n\nThe following deferred tools are now available via ToolSearch. Load them.\n${names.join('\n')}\n\nAvailable agent types for the Agent tool:\n- TaskMaster: None. (Tools: *)\n`;
    return readOffer(request({ messages: [user, { role: 'system', content: text }], tools }));
  }

  it('are listed separately', () => {
    const seen = announcing([...four, 'SendMessage', 'mcp__a__b: when needed'], agent);
    expect(seen.deferredTools).toEqual([...four, 'SendMessage', 'mcp__a__b']);
    expect(seen).toMatchObject({ tasks: false, teams: false, tools: ['Agent'] });
    expect(seen.states).toEqual({ tasks: 'deferred', teams: 'deferred' });
  });

  it('make a capability deferred only if all of its tools are there', () => {
    expect(announcing(four.slice(1), agent).states).toEqual({ tasks: 'off', teams: 'off' });
    const [first = '', ...others] = four;
    expect(announcing(others, tool(first)).states.tasks).toBe('deferred');
    expect(announcing(['TeamCreate'], tool('Agent')).states.teams).toBe('deferred');
  });

  it('do not include tools that are also sent', () => {
    const seen = announcing([...four, 'WebFetch'], ...four.map((name) => tool(name)));
    expect(seen.deferredTools).toEqual(['WebFetch']);
    expect(seen.states.tasks).toBe('on');
  });

  it('end with the list, also in a reminder', () => {
    const text = `<system-reminder>\nThe following deferred tools are now available via ToolSearch. Load them.\nTaskGet\n</system-reminder>\nTaskList`;
    const seen = readOffer(request({ messages: [{ role: 'user', content: text }] }));
    expect(seen.deferredTools).toEqual(['TaskGet']);
  });

  it('do not include tools that a text merely mentions', () => {
    const text = 'Say: The following deferred tools are now available via ToolSearch.\nTaskGet';
    const seen = readOffer(request({ messages: [{ role: 'user', content: text }] }));
    expect(seen.deferredTools).toEqual([]);
  });
});

const agentLines = [
  '- helper: Helps with anything.',
  '',
  'Use it for:',
  '- speed: when in a hurry (Tools: *)',
  '- looker: Looks around (Tools: All tools except Agent, Edit)',
  '- plug:deep: From a plugin (Tools: Read)',
].join('\n');

describe('agents', () => {
  const listed = ['helper', 'looker', 'plug:deep'];

  it.each(['Task', 'Agent'])('are read from the description of the %s tool', (name) => {
    const description = `Starts one.\n\nAvailable agent types and the tools they have access to:\n${agentLines}\n\nWhen using it:\n- other: not an agent`;
    expect(offer(tool(name, description)).agents).toEqual(listed);
  });

  it('are read from a system message, as blocks or as one text', () => {
    const text = `# Place\n - Platform: x\n\nAvailable agent types for the Agent tool:\n${agentLines}\n\nThe following skills are available for use with the Skill tool:\n\n- one: First`;
    const pointer = tool(
      'Agent',
      'Available agent types are listed in reminders.\n\n- no: not one',
    );
    for (const content of [text, [{ type: 'text', text }]]) {
      const sent = request({ tools: [pointer], messages: [user, { role: 'system', content }] });
      expect(readOffer(sent)).toMatchObject({ agents: listed, skills: ['one'] });
    }
  });
});

describe('skills', () => {
  it('are read as elements of the Skill tool', () => {
    const element = (name: string) =>
      `<skill>\n<name>\n${name}\n</name>\n<description>\nx (user)\n</description>\n</skill>`;
    const description = `Use <available_skills> below.\n<available_skills>\n${element('one')}\n${element('two')}\n</available_skills>\n`;
    expect(offer(tool('Skill', description)).skills).toEqual(['one', 'two']);
  });

  it('are read as lines of the Skill tool', () => {
    const description =
      'Runs one.\n- Not: a skill\n\nAvailable skills:\n- one: First\n- p:two: Second\n';
    expect(offer(tool('Skill', description)).skills).toEqual(['one', 'p:two']);
  });

  it('are read from a reminder in the first message, to its end', () => {
    const lines =
      '- one: First: "quoted" - things\nmore of it\n\nand more\n- apps/web:two: Second\n- three';
    const text = `<system-reminder>\nThe following skills are available for use with the Skill tool:\n\n${lines}\n</system-reminder>\n- four: not one`;
    const sent = request({ messages: [{ role: 'user', content: [{ type: 'text', text }] }] });
    expect(readOffer(sent).skills).toEqual(['one', 'apps/web:two', 'three']);
  });

  it('are read from a system prompt, once each', () => {
    const text = 'Available skills:\n- one: First\n- one: Again\n# Next\n- two: not one';
    expect(readOffer(request({ system: text })).skills).toEqual(['one']);
    expect(readOffer(request({ system: [{ type: 'text', text }] })).skills).toEqual(['one']);
  });

  it('ignore blocks without text', () => {
    const result = { type: 'tool_result', content: 'Available skills:\n- one: First' };
    const sent = request({ messages: [{ role: 'user', content: [result] }] });
    expect(readOffer(sent).skills).toEqual([]);
  });
});
