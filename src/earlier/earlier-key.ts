import { type KeyVariable, type Preset, keyVariableFor, keyVariables } from '../provider/preset.ts';
import type { EarlierSettings } from './settings.ts';

/** What the earlier package wrote in place of a missing key. */
const placeholders: ReadonlySet<string> = new Set(['<API_KEY>', 'ccrouter-proxy', 'ollama']);

/** The variable of an earlier variant's settings that holds a key; of two, the preset's own. */
export function keyVariableIn(settings: EarlierSettings, { auth }: Preset): KeyVariable | null {
  const used = keyVariableFor(auth.type);
  const order = [used, ...keyVariables.filter((variable) => variable !== used)] as const;
  return order.find((variable) => keyOfEarlier(settings, variable) !== null) ?? null;
}

/** The key itself, to be written only to the key store; null: none, or a placeholder. */
export function keyOfEarlier({ env }: EarlierSettings, variable: KeyVariable): string | null {
  const value = env[variable]?.trim() ?? '';
  return value === '' || placeholders.has(value) ? null : value;
}
