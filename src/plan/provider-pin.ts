import { providerPin } from '../provider/variables.ts';
import { isObject } from '../config/merge.ts';
import type { VariantRecord } from '../variant/record.ts';
import type { ResolvedProvider } from '../provider/resolve-provider.ts';
import type { KeyPlan } from './key-plan.ts';

/**
 * The variables that pin a variant to its provider. None for a login, which the pin disables, none for
 * a cloud, whose own tools have the credentials, and none if a command prints the key, which a pinned
 * session ignores. That command cannot protect the key, either: it runs before a project's settings
 * apply (2.0.77 to 2.1.332).
 */
export function pinFor(
  { auth }: Pick<ResolvedProvider, 'auth'>,
  { record }: Pick<KeyPlan, 'record'>,
): Record<string, string> {
  const asks = record?.store === 'helper' || record?.store === 'keyring';
  const login = auth === 'login' && record === null;
  return asks || login || auth === 'cloud' ? {} : { [providerPin]: '1' };
}

/** What all pinned builds ignore in settings files. */
const always =
  /^(ANTHROPIC_(API_KEY|AUTH_TOKEN|([A-Z_]+_)?BASE_URL|MODEL|SMALL_FAST_MODEL|DEFAULT_(OPUS|SONNET|HAIKU)_MODEL(_[A-Z]+)*)|CLAUDE_CODE_(USE_[A-Z_]+|SUBAGENT_MODEL))$/;
/** What native builds ignore, too; not checked for each one before 2.1.240. */
const inNative =
  /^(ANTHROPIC_(CUSTOM_HEADERS|UNIX_SOCKET|(CUSTOM|DEFAULT)_[A-Z_]+)|(HTTPS?|NO)_PROXY|NODE_EXTRA_CA_CERTS|NODE_TLS_REJECT_UNAUTHORIZED|CLAUDE_CODE_CLIENT_[A-Z_]+)$/;

/**
 * Whether a pinned session ignores a variable in `env` of settings files: provider, models and
 * network. Seen in 2.1.112, which does follow proxies and headers, in 2.1.240 and in 2.1.332.
 */
export function isOverruled(name: string, kind: VariantRecord['bundle']['kind']): boolean {
  const upper = name.toUpperCase();
  return always.test(upper) || (kind === 'native' && inNative.test(upper));
}

/**
 * The variables in `env` of a pinned variant's own settings.json that its sessions ignore, in words,
 * and what to type instead; null if there are none.
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
