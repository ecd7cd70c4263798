/**
 * What to say of a proxy that sessions would use and these requests do not, as Node.js reads such
 * variables only if NODE_USE_ENV_PROXY is set (from 22.21 and 24.0 on); null where there is none.
 * Pure. Source: https://nodejs.org/api/cli.html#node_use_env_proxy1
 */
export function proxyNote(
  address: string,
  environment: Readonly<Record<string, string | undefined>>,
  node: string,
): string | null {
  const { protocol, hostname, port } = new URL(address);
  const valueOf = (name: string): string | undefined =>
    environment[name] || environment[name.toLowerCase()] || undefined;
  const name = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const used = [name, 'ALL_PROXY'].find((one) => valueOf(one) !== undefined);
  if (used === undefined) return null;
  const exempt = (valueOf('NO_PROXY') ?? '').split(/[\s,]+/).filter((one) => one !== '');
  if (exempt.some((one) => isExempt(one, hostname, port))) return null;
  const able = readsProxies(node);
  if (able && environment['NODE_USE_ENV_PROXY'] === '1' && used !== 'ALL_PROXY') return null;
  const how = able
    ? 'to use it, set NODE_USE_ENV_PROXY=1'
    : 'to use it, run cc-mirror on Node.js 24 with NODE_USE_ENV_PROXY=1';
  return `${used} is set and not used for this test, but sessions use it: what fails here may work there; ${how}`;
}

function readsProxies(node: string): boolean {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 21);
}

function isExempt(pattern: string, hostname: string, port: string): boolean {
  if (pattern === '*') return true;
  const [, domain = '', itsPort] = /^(.*?)(?::(\d+))?$/.exec(pattern.toLowerCase()) ?? [];
  if (itsPort !== undefined && itsPort !== port) return false;
  const plain = domain.replace(/^\*?\./, '');
  return hostname === plain || hostname.endsWith(`.${plain}`);
}
