import type { RulesConfig } from '../config.ts';
import { contractForm, missingInContract } from '../worker-report/contract.ts';
import type { RuleName } from '../rule-names.ts';
import { missingInReport, reportAgents, reportForm } from '../worker-report/final-report.ts';

/** What a rule requires of the final message of a type of worker. */
export interface Demand {
  rule: RuleName;
  /** What a message lacks, in words; empty if it is complete. */
  missing(message: string): string[];
  /** The request to the worker. */
  ask(missing: readonly string[]): string;
}

/** The demand on a type of worker; null if no rule covers it. */
export function demandOf(agentType: string, rules: RulesConfig['rules']): Demand | null {
  if (rules.report && reportAgents.includes(agentType)) {
    return { rule: 'report', missing: missingInReport, ask: asking(reportForm) };
  }
  if (rules.contract?.agents.includes(agentType)) {
    return { rule: 'contract', missing: missingInContract, ask: asking(contractForm) };
  }
  return null;
}

function asking(form: string): Demand['ask'] {
  return (missing) =>
    `Your final message is not complete. Missing or wrong: ${missing.join('; ')}.\nSend your whole final message again (only the last one is passed on), and end it with this block, filled in:\n\n${form}`;
}
