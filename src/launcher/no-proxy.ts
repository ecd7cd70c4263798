import { shQuote } from './quote.ts';
import type { LauncherSpec } from './spec.ts';

/**
 * The host of a provider on this machine, as NO_PROXY names it (`[::1]` in brackets, as 2.1.112 and
 * 2.1.240 want it): no proxy leads there, and requests
 * that a proxy variable sends to one hang. Null for any other: an address of a private network may be
 * reached by a proxy only, so that is the user's to say.
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
 * The lines of a POSIX launcher that take the provider out of what goes by a proxy. Builds differ in
 * which variable wins (2.0.77: NO_PROXY, 2.1.240 and 2.1.332: no_proxy), and 2.1.112 wants the host in
 * both, so what is in one of them alone counts for both. They are set whether or not a proxy is: settings.json can name one too.
 */
export function posixNoProxy(spec: LauncherSpec): string[] {
  const host = localHost(spec);
  if (host === null) return [];
  const adding = (name: string): string =>
    `case ,$${name}, in ',*,' | *${shQuote(`,${host},`)}*) ;; *) ${name}=\${${name}:+$${name},}${host} ;; esac`;
  return [
    '# The provider is on this machine, where no proxy leads.',
    'NO_PROXY=${NO_PROXY:-${no_proxy:-}} no_proxy=${no_proxy:-${NO_PROXY:-}}',
    adding('NO_PROXY'),
    adding('no_proxy'),
    'export NO_PROXY no_proxy',
  ];
}

/** The same in a `.cmd` launcher, where both names are one variable. */
export function windowsNoProxy(spec: LauncherSpec): string[] {
  const host = localHost(spec);
  if (host === null) return [];
  return [
    'rem The provider is on this machine, where no proxy leads.',
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
