import { CcMirrorError } from '../errors.ts';
import { unquoted } from './key.ts';
import type { Preset } from './preset.ts';

/**
 * The address that was typed as `--base-url`, and what was mended of it, for people. Claude Code puts
 * `/v1/messages` behind an address, so one that ends in `/v1`, or in one of the API's own places behind it,
 * loses that, unless it is the preset's own. CcMirrorError `usage`: what is no address to put something behind.
 */
export function givenBaseUrl(
  given: string,
  { baseUrl, alternativeUrls }: Pick<Preset, 'baseUrl' | 'alternativeUrls'>,
): { url: string; note: string | null } {
  const url = checkedUrl(unquoted(given.trim()));
  if (/[\s\p{Cc}]/u.test(url)) {
    throw new CcMirrorError(
      'usage',
      '--base-url has a blank or a line break in it',
      'Copy the address again, without what follows it',
    );
  }
  if (/[?#]/.test(url)) {
    throw new CcMirrorError(
      'usage',
      '--base-url has a query or a fragment, behind which Claude Code cannot put /v1/messages',
      'Give what comes before the ? or #; a key that stands there goes to --api-key-stdin',
    );
  }
  if (/\/(chat\/)?completions\/*$/.test(url)) {
    throw new CcMirrorError(
      'usage',
      `--base-url is an address for OpenAI's format, which Claude Code does not speak: ${url}`,
      "Give the provider's address for Anthropic's format (its Messages API), or that of a gateway which translates",
    );
  }
  const address = withoutSlash(url);
  const own = [baseUrl, ...alternativeUrls.map((other) => other.url)];
  const [end] = /\/v1(\/(messages|models)(\/[^/]+)?)?$/.exec(address) ?? [];
  if (end === undefined || own.some((one) => one !== null && withoutSlash(one) === address)) {
    return { url, note: null };
  }
  return {
    url: address.slice(0, -end.length),
    note: `--base-url: ${end} was taken off its end, since Claude Code adds /v1/messages; an address that really goes on after ${end} needs a preset of its own (cc-mirror providers list)`,
  };
}

/** An address that Claude Code can be given. CcMirrorError `usage`. */
export function checkedUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : null;
  // A slash too few is an address to some readers, and a path to others.
  if (url === null || !/^https?:\/\/[^/\\]/i.test(given)) {
    const problem = `--base-url is not an http or https address: "${given}"`;
    throw new CcMirrorError('usage', problem, 'Write it like https://example.com/anthropic');
  }
  if (url.username !== '' || url.password !== '') {
    throw new CcMirrorError(
      'usage',
      '--base-url holds a user name or password, which would be stored in the open',
      'Give the credential with --api-key-env VAR or --api-key-stdin',
    );
  }
  return given;
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
