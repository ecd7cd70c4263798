import { providerPin } from '../provider/variables.ts';
import { isObject } from '../config/merge.ts';
import type { VariantRecord } from '../variant/record.ts';
import type { ResolvedProvider } from '../provider/resolve-provider.ts';
import type { KeyPlan } from './key-plan.ts';

/**
 * The variables that pin a variant to its provider. None where Claude Code has a login of its own to
 * use, which the pin switches off, and none where it asks a command for the key, which it would ignore;
 * that command cannot tell either, as it is run before a project's settings hold (2.0.77 to 2.1.332).
 */
export function pinFor(
  { auth }: Pick<ResolvedProvider, 'auth'>,
  { record }: Pick<KeyPlan, 'record'>,
): Record<string, string> {
  const asks = record?.store === 'helper' || record?.store === 'keyring';
  const login = auth === 'login' && record === null;
  return asks || login ? {} : { [providerPin]: '1' };
}

/** What no pinned build takes from settings files. */
const always =
  /^(ANTHROPIC_(API_KEY|AUTH_TOKEN|([A-Z_]+_)?BASE_URL|MODEL|SMALL_FAST_MODEL|DEFAULT_(OPUS|SONNET|HAIKU)_MODEL(_[A-Z]+)*)|CLAUDE_CODE_(USE_[A-Z_]+|SUBAGENT_MODEL))$/;
/** What native builds do not take either; not known of each before 2.1.240. */
const inNative =
  /^(ANTHROPIC_(CUSTOM_HEADERS|UNIX_SOCKET|(CUSTOM|DEFAULT)_[A-Z_]+)|(HTTPS?|NO)_PROXY|NODE_EXTRA_CA_CERTS|NODE_TLS_REJECT_UNAUTHORIZED|CLAUDE_CODE_CLIENT_[A-Z_]+)$/;

/**
 * Whether a pinned session passes over a variable in `env` of settings files: provider, models, and
 * the way to the network. Seen in 2.1.112, where proxies and headers count, in 2.1.240 and 2.1.332.
 */
export function isOverruled(name: string, kind: VariantRecord['bundle']['kind']): boolean {
  const upper = name.toUpperCase();
  return always.test(upper) || (kind === 'native' && inNative.test(upper));
}

/**
 * The variables in `env` of a pinned variant's own settings.json that its sessions pass over, in
 * words, and what to type instead; null where there are none.
 */
export function withoutEffect(
  variables: unknown,
  kind: VariantRecord['bundle']['kind'],
  { name, settings }: { name: string; settings: string },
): { message: string; next: string } | null {
  const over = isObject(variables)
    ? Object.keys(variables).filter((variable) => isOverruled(variable, kind))
    : [];
  if (over.length === 0) return null;
  const verb = over.length > 1 ? 'have' : 'has';
  return {
    message: `${settings} sets ${over.join(', ')}, which ${verb} no effect in this variant`,
    next: `cc-mirror update ${name} with --base-url, --model, --header or --api-key-stdin instead`,
  };
}
