import { tryParse } from '../task/json.ts';
import { isPage } from './answer/answer.ts';
import { readBalance } from './answer/balance.ts';
import type { Ask } from './check.ts';
import { shown } from './answer/hide.ts';
import { connectionProblem } from './answer/connection.ts';
import { balanceRequest } from './requests.ts';
import type { Target } from './target/target.ts';

/** What became of the question. `unknown`: nobody knows where to ask. */
export type Balance =
  | { kind: 'known'; message: string }
  | { kind: 'unknown'; message: string }
  | { kind: 'unread'; message: string; next: string };

/** Asks for the balance or quota, at an address of the preset's only. */
export async function askBalance(target: Target, ask: Ask): Promise<Balance> {
  const { name, preset, endpoint, secrets } = target;
  const place = endpoint === null ? undefined : (endpoint.balance ?? preset?.balance);
  if (place === undefined) {
    const why =
      endpoint === null && preset?.balance !== undefined
        ? 'the address is not one of the preset’s'
        : 'the preset knows no address for it';
    return { kind: 'unknown', message: `The balance at ${name} cannot be asked for: ${why}.` };
  }
  if (target.credential !== 'key') {
    return {
      kind: 'unknown',
      message: `The balance at ${name} cannot be asked for without a key.`,
    };
  }
  const outcome = await ask(balanceRequest(target, place.path));
  const read =
    outcome.kind === 'answer' && outcome.status === 200 && !isPage(outcome)
      ? readBalance(place.kind, tryParse(outcome.text))
      : null;
  if (read !== null) return { kind: 'known', message: shown(read, secrets) };
  const at = `${target.name}, ${place.path}`;

  const why =
    outcome.kind === 'failure'
      ? connectionProblem(outcome, target).message
      : outcome.status >= 300
        ? `it answers with ${outcome.status}`
        : 'its answer has a shape that cc-mirror does not know';
  return {
    kind: 'unread',
    message: `The balance cannot be read (${at}): ${why}.`,
    next:
      place.kind === 'openrouter' && (outcome.kind === 'failure' || outcome.status >= 400)
        ? 'OpenRouter tells credits to management keys only; see https://openrouter.ai/settings/credits'
        : `Look at the provider's console: ${endpoint?.keyUrl ?? preset?.auth.keyUrl ?? preset?.docs ?? name}`,
  };
}
