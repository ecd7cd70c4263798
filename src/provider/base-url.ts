import { CcMirrorError } from '../errors.ts';
import { unquoted } from './key.ts';
import { type Preset, addressesOf } from './preset.ts';
import { parameterNames } from './preset/fields.ts';

/**
 * The address given as `--base-url`, with a note for the user on what was corrected. Claude Code
 * appends `/v1/messages`, so a trailing `/v1`, with or without an endpoint of the API behind it, is
 * removed, unless the address is the preset's own. CcMirrorError `usage` for an address that nothing
 * can be appended to.
 */
export function givenBaseUrl(
  given: string,
  preset: Pick<Preset, 'baseUrl' | 'endpoints'>,
): { url: string; note: string | null } {
  const url = checkedUrl(unquoted(given.trim()));
  if (/[\s\p{Cc}]/u.test(url)) {
    throw new CcMirrorError(
      'usage',
      '--base-url contains a blank or a line break',
      'Copy the address again, without what follows it',
    );
  }
  if (/[?#]/.test(url)) {
    throw new CcMirrorError(
      'usage',
      '--base-url has a query or a fragment, so Claude Code cannot append /v1/messages',
      'Give only what comes before ? or #, and a key with --api-key-stdin',
    );
  }
  if (/\/(chat\/)?completions\/*$/.test(url)) {
    throw new CcMirrorError(
      'usage',
      `--base-url is an address for the OpenAI API, which Claude Code does not speak: ${url}`,
      "Give the provider's address for the Anthropic API (Messages API), or that of a gateway which translates",
    );
  }
  const address = withoutSlash(url);
  const [end] = /\/v1(\/(messages|models)(\/[^/]+)?)?$/.exec(address) ?? [];
  if (end === undefined || isAddressOf(preset, address)) {
    return { url, note: null };
  }
  return {
    url: address.slice(0, -end.length),
    note: `--base-url: removed the trailing ${end}, as Claude Code appends /v1/messages; if the API really is below ${end}, write a preset (cc-mirror providers list)`,
  };
}

/** The address, if Claude Code can use it. CcMirrorError `usage` otherwise. */
export function checkedUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : null;
  // With a slash missing, some parsers see an address and others a path.
  if (url === null || !/^https?:\/\/[^/\\]/i.test(given)) {
    const problem = `--base-url is not an http or https address: "${given}"`;
    throw new CcMirrorError('usage', problem, 'Write it like https://example.com/anthropic');
  }
  if (url.username !== '' || url.password !== '') {
    throw new CcMirrorError(
      'usage',
      '--base-url contains a user name or password, which would be stored in plain text',
      'Give the credential with --api-key-env VAR or --api-key-stdin',
    );
  }
  return given;
}

/** Whether an address is the preset's own or that of one of its endpoints. */
export function isAddressOf(
  preset: Pick<Preset, 'baseUrl' | 'endpoints'>,
  address: string,
): boolean {
  return addressesOf(preset).some((own) => own !== null && fitsAddress(own, address));
}

/** Whether an address is this one, in which anything may stand for a parameter. */
export function fitsAddress(template: string, address: string): boolean {
  if (parameterNames(template).length === 0) return sameAddress(template, address);
  const pieces = withoutSlash(template).split(/\$\{[^}]*\}/);
  const pattern = pieces.map((piece) => piece.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${pattern.join('[^/]+')}$`).test(withoutSlash(address));
}

/** Whether two addresses differ only in slashes at the end; null: Anthropic's own. */
export function sameAddress(one: string | null, other: string | null): boolean {
  return (one && withoutSlash(one)) === (other && withoutSlash(other));
}

function withoutSlash(url: string): string {
  return url.trim().replace(/\/+$/, '');
}
