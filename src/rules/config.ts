import { fieldsOf, isTextList } from '../task/json.ts';
import type { Identity } from './identity.ts';
import { type RuleName, ruleNames } from './names.ts';

/** A rule that is on. */
export interface Rule {
  /** It applies in a session in which one of these is active; `dependencies` applies always. */
  skills: string[];
  /** The types of worker that `contract` is about. */
  agents: string[];
}

/** rules.json, which lies beside the program: a rule that is not named is off. */
export interface RulesConfig {
  rules: Partial<Record<RuleName, Rule>>;
  /** The name of the tool that starts a worker. */
  tool: 'Agent' | 'Task';
  identity: Identity;
}

/**
 * Reads rules.json.
 * @throws {SyntaxError | TypeError} for what cc-mirror does not write
 */
export function parseConfig(text: string): RulesConfig {
  const { rules, tool, identity } = fieldsOf(JSON.parse(text));
  if (tool !== 'Agent' && tool !== 'Task') throw unfit('tool');
  if (identity !== 'agent-id' && identity !== 'transcript') throw unfit('identity');
  const config: RulesConfig = { rules: {}, tool, identity };
  const given = fieldsOf(rules);
  for (const name of ruleNames) {
    if (given[name] === undefined) continue;
    const { skills, agents = [] } = fieldsOf(given[name]);
    if (!isTextList(skills)) throw unfit(`rules.${name}.skills`);
    if (!isTextList(agents)) throw unfit(`rules.${name}.agents`);
    config.rules[name] = { skills, agents };
  }
  return config;
}

function unfit(key: string): TypeError {
  return new TypeError(`rules.json: "${key}" is missing or of another form`);
}
