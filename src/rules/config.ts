import { fieldsOf, isTextList } from '../task/json.ts';
import type { Identity } from './identity.ts';
import { type RuleName, ruleNames } from './rule-names.ts';

/** A rule that is switched on. */
export interface Rule {
  /** It applies while one of these is active in a session; `dependencies` always applies. */
  skills: string[];
  /** The types of worker that `contract` checks. */
  agents: string[];
}

/** rules.json, next to the program. Rules that it does not name are off. */
export interface RulesConfig {
  rules: Partial<Record<RuleName, Rule>>;
  /** The name of the tool that starts a worker. */
  tool: 'Agent' | 'Task';
  identity: Identity;
}

/**
 * Reads rules.json.
 * @throws {SyntaxError | TypeError} for anything that cc-mirror does not write
 */
export function parseConfig(text: string): RulesConfig {
  const { rules, tool, identity } = fieldsOf(JSON.parse(text));
  if (tool !== 'Agent' && tool !== 'Task') throw invalid('tool');
  if (identity !== 'agent-id' && identity !== 'transcript') throw invalid('identity');
  const config: RulesConfig = { rules: {}, tool, identity };
  const given = fieldsOf(rules);
  for (const name of ruleNames) {
    if (given[name] === undefined) continue;
    const { skills, agents = [] } = fieldsOf(given[name]);
    if (!isTextList(skills)) throw invalid(`rules.${name}.skills`);
    if (!isTextList(agents)) throw invalid(`rules.${name}.agents`);
    config.rules[name] = { skills, agents };
  }
  return config;
}

function invalid(key: string): TypeError {
  return new TypeError(`rules.json: "${key}" is missing or invalid`);
}
