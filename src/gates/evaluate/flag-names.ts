/**
 * Whether an environment variable is a switch, by its authored name: it may be set to `1` to turn
 * something on. A variable that holds a value (an address, a key, a list's name) or turns something
 * off is not, whatever the code would do with a `1` in it.
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

/** Words that speak of what somebody is allowed to do: such a name is no feature flag. */
const checkWords =
  /polic|permi|allow|forbid|plan|subscri|tier|entitle|safe|secur|sandbox|trust|managed|admin|enterprise|billing|quota|limit|paid|auth|consent/;

/**
 * Whether a text names a remote feature flag (`read("tengu_amber_flint", true)`). The vendor begins
 * every such name with `tengu_`, in all builds seen; what a policy or permission is looked up by
 * (`allow_remote_sessions`) does not begin so. Should the prefix change, a gate becomes `unknown`
 * and is left alone, where a looser rule could take a policy for a flag. A flag whose name itself
 * speaks of what an account may do is treated as a check too.
 */
export function isFlagName(value: unknown): value is string {
  return (
    typeof value === 'string' && /^tengu(?:_[a-z0-9]+)+$/.test(value) && !checkWords.test(value)
  );
}

/** Whether a text is an option of the command line that does not speak of what is allowed. */
export function isOptionName(value: unknown): value is string {
  return typeof value === 'string' && !checkWords.test(value.toLowerCase());
}

/** A variable as a typed registry names it (`registry.CLAUDE_CODE_ENABLE_TASKS`). */
export function isRegistryName(name: string): boolean {
  return /^(?:CLAUDE|ANTHROPIC|ENABLE|DISABLE)_[A-Z0-9_]+$/.test(name);
}

/** A property that says whether the session is interactive. */
export function isInteractiveName(name: string): boolean {
  return /^(?:is)?(?:non)?interactive(?:session)?$/i.test(name);
}
