import { localHost } from '../../launcher/no-proxy.ts';
import { sameAddress } from '../../provider/base-url.ts';
import { optionsOf } from '../../provider/preset/endpoints.ts';
import type { Target } from '../target/target.ts';

/** What to type so that an option counts: a variant is updated, a preset is tested with it. */
export function withOption({ variant }: Target, option: string): string {
  return variant === null ? `add ${option}` : `cc-mirror update ${variant} ${option}`;
}

function atFirst(advice: string): string {
  return advice.replace(/^add /, 'Add ');
}

/** What to type to wait longer for answers. */
export function withPatience({ variant }: Target): string {
  return variant === null
    ? 'add --timeout 300'
    : `cc-mirror providers test ${variant} --timeout 300`;
}

/** Other places of the provider's, as options. */
function otherPlaces({ preset, endpoint, baseUrl }: Target): string[] {
  const own = endpoint?.baseUrl ?? baseUrl;
  const others = (preset?.endpoints ?? []).filter((one) => !sameAddress(one.baseUrl, own));
  return others.map(optionsOf).filter((options) => options !== '');
}

/** For a key that is not accepted. `words`: the service's own. */
export function keyAdvice(target: Target, words: string): string {
  const { variant, credential, headers, endpoint, preset } = target;
  const keyUrl = endpoint?.keyUrl ?? endpoint?.auth?.keyUrl ?? preset?.auth.keyUrl;
  const from = keyUrl === undefined ? '' : `; get one at ${keyUrl}`;
  const give = withOption(target, '--api-key-stdin');
  if (credential === 'login' && variant !== null) return `Start it and log in: ${variant}`;
  if (credential !== 'key') return atFirst(`${give}${from}`);
  const sent = headers.map(({ name }) => name.toLowerCase());
  const otherWay = ['bearer', 'api-key'].includes(preset?.auth.type ?? '')
    ? wantedWay(words)
    : null;
  if (otherWay !== null && !sent.includes(otherWay.header)) {
    return `The service wants the key as ${otherWay.header}: ${withOption(target, `--auth ${otherWay.option}`)}`;
  }
  const places = otherPlaces(target);
  if (places.length > 0) {
    const [first = '', ...more] = places;
    const others = more.length > 0 ? ` (or ${more.join('; ')})` : '';
    return `If the key is for another region or plan: ${withOption(target, first)}${others}; else give another key: --api-key-stdin${from}`;
  }
  return `Give another key: ${give}${from}`;
}

function wantedWay(words: string): { header: string; option: string } | null {
  if (/x-api-key/i.test(words)) return { header: 'x-api-key', option: 'api-key' };
  if (/\bbearer\b|authorization header/i.test(words)) {
    return { header: 'authorization', option: 'bearer' };
  }
  return null;
}

/** For what is forbidden. `words`: the service's own. */
export function forbiddenAdvice(target: Target, words = ''): string {
  const { variant, preset } = target;
  if (/coding agents?|claude[ -]?code/i.test(words)) {
    return `This service serves only programs that it knows, and the test says that it is cc-mirror: start ${variant ?? 'a variant'} itself`;
  }
  const places = otherPlaces(target);
  const place = places[0] === undefined ? '' : `, or another region or plan: ${places.join('; ')}`;
  const docs = preset?.docs === undefined ? '' : `; see ${preset.docs}`;
  return `Check in the provider's console what the key may do and from where${place}${docs}`;
}

export function balanceAdvice({ preset, endpoint }: Target): string {
  const page = endpoint?.keyUrl ?? preset?.auth.keyUrl ?? preset?.docs;
  return `Top up the account, or wait until the plan's quota is renewed${page === undefined ? '' : `: ${page}`}`;
}

/** For a model that is not served. */
export function modelAdvice(target: Target, model: string): string {
  const { preset, models, baseUrl } = target;
  const asked = models.find(({ id }) => id === model);
  const use = asked?.uses[0];
  const option = ['opus', 'sonnet', 'haiku'].includes(use ?? '') ? `--model-${use}` : '--model';
  const list = preset?.modelsPath;
  const where =
    list !== undefined
      ? ` (its list: ${new URL(list, baseUrl).href})`
      : preset?.docs === undefined
        ? ''
        : ` (see ${preset.docs})`;
  const choose = withOption(target, `${asked?.assumed ? '--model' : option} ID`);
  return atFirst(`${choose} with a model that it serves${where}`);
}

/** For an address that is not that of an API: the preset's own on the same host, or the usual path. */
export function addressAdvice(target: Target): string {
  const { preset, baseUrl } = target;
  const { host, pathname, origin } = new URL(baseUrl);
  const known = (preset?.endpoints ?? [])
    .map((one) => one.baseUrl)
    .concat(preset?.baseUrl ?? [])
    .find((one) => !sameAddress(one, baseUrl) && hostOf(one) === host);
  if (known !== undefined) return atFirst(withOption(target, `--base-url ${known}`));
  const typed = pathname === '/' ? `${origin}/anthropic` : null;
  return `Give the address that comes before /v1/messages${typed === null ? '' : `; often it is ${typed}`}: ${withOption(target, '--base-url URL')}`;
}

function hostOf(address: string): string | null {
  return URL.canParse(address) ? new URL(address).host : null;
}

/** For a redirect; `where` has no query. */
export function redirectAdvice(target: Target, where: string | null): string {
  const [, base] = /^(.*?)\/v1\/messages\/*$/.exec(where ?? '') ?? [];
  const same = base !== undefined && hostOf(base) === hostOf(target.baseUrl);
  if (base === undefined) return addressAdvice(target);
  return `If that ${same ? 'address' : 'host'} is the provider's: ${withOption(target, `--base-url ${base}`)}`;
}

/** For an answer that does not come to its end. `broken`: why, as a code; null: it was closed. */
export function breaksOffAdvice(target: Target, broken: string | null): string {
  if (broken === 'TIMEOUT') return `If the model is slow, wait longer: ${withPatience(target)}`;
  return 'Try again; if it stays, look for a gateway or proxy in between that ends or buffers long answers';
}

/** For an address at which nothing listens. */
export function startAdvice(target: Target): string {
  const { preset, name } = target;
  const address = withOption(target, '--base-url URL');
  if (!isLocal(target)) return `Correct the address, above all its port: ${address}`;
  const how = preset?.start === undefined ? '' : `: ${preset.start}`;
  const docs = preset?.docs === undefined ? '' : `; see ${preset.docs}`;
  return `Start ${name}${how}${docs}; or correct its address: ${address}`;
}

/** Whether it is a server on this machine. */
export function isLocal({ baseUrl }: Pick<Target, 'baseUrl'>): boolean {
  return localHost({ env: { ANTHROPIC_BASE_URL: baseUrl } }) !== null;
}
