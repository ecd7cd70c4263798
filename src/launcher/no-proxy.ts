import { shQuote } from './quote.ts';
import type { LauncherSpec } from './spec.ts';

/**
 * The host of a provider on this machine, as NO_PROXY names it (2.1.112 and 2.1.240 want brackets:
 * `[::1]`): no proxy reaches it, and requests sent to one would hang. Null for any other host: a
 * private network may need a proxy, so that is up to the user.
 */
export function localHost({ env }: Pick<LauncherSpec, 'env'>): string | null {
  const url = env['ANTHROPIC_BASE_URL'] ?? '';
  if (!URL.canParse(url)) return null;
  const host = new URL(url).hostname;
  const local =
    /^(.+\.)?localhost$|^127(\.\d+){3}$|^0\.0\.0\.0$|^\[::1?\]$|^host\.(docker|containers)\.internal$/;
  return local.test(host) ? host : null;
}

/**
 * The lines of a POSIX launcher that exempt the provider from proxies. Builds differ in which
 * variable they prefer (2.0.77: NO_PROXY; 2.1.240 and 2.1.332: no_proxy), and 2.1.112 wants the host
 * in both, so each gets the other's value if it has none. Both are always set, as settings.json may
 * name a proxy, too.
 */
export function posixNoProxy(spec: LauncherSpec): string[] {
  const host = localHost(spec);
  if (host === null) return [];
  const adding = (name: string): string =>
    `case ,$${name}, in ',*,' | *${shQuote(`,${host},`)}*) ;; *) ${name}=\${${name}:+$${name},}${host} ;; esac`;
  return [
    '# The provider is on this machine, which no proxy reaches.',
    'NO_PROXY=${NO_PROXY:-${no_proxy:-}} no_proxy=${no_proxy:-${NO_PROXY:-}}',
    adding('NO_PROXY'),
    adding('no_proxy'),
    'export NO_PROXY no_proxy',
  ];
}

/** The same in a `.cmd` launcher, where both names mean one variable. */
export function windowsNoProxy(spec: LauncherSpec): string[] {
  const host = localHost(spec);
  if (host === null) return [];
  return [
    'rem The provider is on this machine, which no proxy reaches.',
    'if not defined NO_PROXY goto no_proxy_yet',
    'if "%NO_PROXY%"=="*" goto has_no_proxy',
    'set "ccm_list=,%NO_PROXY%,"',
    `if not "%ccm_list:,${host},=%"=="%ccm_list%" goto has_no_proxy`,
    `set "NO_PROXY=%NO_PROXY%,${host}"`,
    'goto has_no_proxy',
    ':no_proxy_yet',
    `set "NO_PROXY=${host}"`,
    ':has_no_proxy',
    'set "ccm_list="',
  ];
}
