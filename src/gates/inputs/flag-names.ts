/**
 * Whether an environment variable is a switch, judged by its authored name: setting it to `1` turns
 * something on. A variable that holds a value (an address, a key, the name of a list) or turns
 * something off is no switch, even if the code would accept a `1`.
 */
export function isSwitch(name: string): boolean {
  return switchWords.test(name) && !valueWords.test(name) && !checkWords.test(name.toLowerCase());
}

/** Whether code names a switch anywhere. */
export function namesSwitch(code: string): boolean {
  return (code.match(/\b[A-Z][A-Z0-9_]+\b/g) ?? []).some(isSwitch);
}

const switchWords =
  /(?:^|_)(?:ENABLED?|EXPERIMENTAL|TASKS?|TODOS?|TEAMS?|TEAMMATES?|SWARMS?)(?:_|$)/;
const valueWords =
  /(?:^|_)(?:DISABLED?|NO|URL|KEY|TOKENS?|MODELS?|KIND|PATH|FILE|DIR|ID|NAME|MAX|LIMIT|TIMEOUT|MS)(?:_|$)/;

/** Words about what somebody is allowed to do: a name with one of them is no feature flag. */
const checkWords =
  /polic|permi|allow|forbid|plan|subscri|tier|entitle|safe|secur|sandbox|trust|managed|admin|enterprise|billing|quota|limit|paid|auth|consent/;

/**
 * Whether a text names a remote feature flag (`read("tengu_amber_flint", true)`). In all builds seen,
 * the vendor's flags start with `tengu_`, and the names of policies and permissions
 * (`allow_remote_sessions`) do not. If the prefix changes, a gate becomes `unknown` and is left
 * alone; a looser rule could mistake a policy for a flag. A flag named after what an account may do
 * counts as a check, too.
 */
export function isFlagName(value: unknown): value is string {
  return (
    typeof value === 'string' && /^tengu(?:_[a-z0-9]+)+$/.test(value) && !checkWords.test(value)
  );
}

/** Whether a text may be a command-line option that is not about what is allowed. */
export function isOptionName(value: unknown): value is string {
  return typeof value === 'string' && !checkWords.test(value.toLowerCase());
}

/** Whether a property is named like a variable in a typed registry (`registry.CLAUDE_CODE_ENABLE_TASKS`). */
export function isRegistryName(name: string): boolean {
  return /^(?:CLAUDE|ANTHROPIC|ENABLE|DISABLE)_[A-Z0-9_]+$/.test(name);
}

/** Whether a property says if the session is interactive. */
export function isInteractiveName(name: string): boolean {
  return /^(?:is)?(?:non)?interactive(?:session)?$/i.test(name);
}
