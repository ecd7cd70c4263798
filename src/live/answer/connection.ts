import { isLocal, startAdvice, withOption, withPatience } from './advice.ts';
import { shown } from './hide.ts';
import type { Problem } from './problem.ts';
import type { Failure } from '../send.ts';
import type { Target } from '../target/target.ts';

const tls: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that Node.js does not know',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate comes from an authority that Node.js does not know',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate comes from an authority that Node.js does not know',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate comes from an authority that Node.js does not know',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

/** What a connection without an answer means. Pure. */
export function connectionProblem({ code, message, ms }: Failure, target: Target): Problem {
  const { host, hostname, protocol } = new URL(target.baseUrl);
  const problem = (told: string, next: string): Problem => ({
    kind: 'unreachable',
    message: told,
    next,
  });
  const certificate = tls[code];
  if (certificate !== undefined) {
    return problem(
      `${host} cannot be trusted: ${certificate} (${code})`,
      /EXPIRED|YET/.test(code)
        ? 'Check the clock of this machine; else the service has to renew it'
        : code === 'ERR_TLS_CERT_ALTNAME_INVALID'
          ? `Correct the address: ${withOption(target, '--base-url URL')}`
          : 'If it is your own or your company’s, export NODE_EXTRA_CA_CERTS=/path/of/the/authority.pem, also for sessions',
    );
  }
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') {
    return problem(
      `${host} does not speak TLS as it should (${code})`,
      protocol === 'https:'
        ? `If the server speaks plain HTTP, write http:// in the address: ${withOption(target, '--base-url URL')}`
        : `Correct the address: ${withOption(target, '--base-url URL')}`,
    );
  }
  switch (code) {
    case 'ENOTFOUND':
      return problem(
        `there is no host ${hostname} (${code})`,
        `Correct the address: ${withOption(target, '--base-url URL')}`,
      );
    case 'EAI_AGAIN':
    case 'ESERVFAIL':
      return problem(`the name ${hostname} cannot be looked up now (${code})`, 'Check the network');
    case 'ECONNREFUSED':
      return problem(`nothing listens at ${host} (${code})`, startAdvice(target));
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return problem(
        `${host} closes the connection without an answer (${code})`,
        isLocal(target)
          ? startAdvice(target)
          : 'Try again; if it stays, check the address, firewalls and proxies',
      );
    case 'TIMEOUT':
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'UND_ERR_HEADERS_TIMEOUT':
      return problem(
        `${host} did not answer within ${seconds(ms)} s`,
        isLocal(target)
          ? `A server that loads a model first may need longer: ${withPatience(target)}`
          : `Check the network, the address and proxies, or wait longer: ${withPatience(target)}`,
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return problem(`no way leads to ${host} (${code})`, 'Check the network');
    default:
      return problem(
        `${host} cannot be reached: ${shown(message, target.secrets)}`,
        'Check the address, the network and the headers',
      );
  }
}

function seconds(ms: number): string {
  return String(ms < 1000 ? ms / 1000 : Math.round(ms / 1000));
}
