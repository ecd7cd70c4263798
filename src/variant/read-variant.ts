import { basename } from 'node:path';
import { jsonErrorPlace, withoutMark } from '../config/json-place.ts';
import { ifExists } from '../disk/if-exists.ts';
import { entriesIn, exists, readText, readlink } from '../disk/sync-read.ts';
import { type EarlierVariant, readEarlier } from '../earlier/index.ts';
import { CcMirrorError, type ErrorCode, systemCode } from '../errors.ts';
import { type Layout, variantLayout } from './layout.ts';
import { isLeftover } from './leftover.ts';
import { checkName } from './name.ts';
import { type VariantRecord, recordSchema } from './record.ts';

/** What a name of the home refers to; `none` also if a session has written there since a removal. */
export type VariantState =
  | { kind: 'none' }
  | { kind: 'variant'; record: VariantRecord }
  | { kind: 'earlier'; earlier: EarlierVariant }
  | ForeignFolder;

/** Anything else in the place of a variant. */
export interface ForeignFolder {
  kind: 'foreign';
  folder: string;
  why: string;
  /** It has a variant.json. */
  recorded: boolean;
  /** Its variant.json is unusable, but doctor may be able to rebuild it. */
  broken: boolean;
}

export function readVariant(layout: Layout, name: string): VariantState {
  const { folder, record: path } = variantLayout(layout, name);
  const foreign = (why: string, recorded = true, broken = false): ForeignFolder => ({
    kind: 'foreign',
    folder,
    why,
    recorded,
    broken,
  });
  const broken = (why: string): ForeignFolder => foreign(`variant.json${why}`, true, true);
  let text = '';
  try {
    const link = linkAt(folder);
    if (link !== null) return foreign(`it is a link to ${link}`);
    text = readText(path);
    const { data: record, error } = recordSchema.safeParse(JSON.parse(withoutMark(text)));
    if (record === undefined) {
      const earlier = readEarlier(folder);
      if (earlier !== null) return { kind: 'earlier', earlier };
      const [issue] = error.issues;
      return broken(`: ${issue?.path.join('.')}: ${issue?.message}`);
    }
    if (record.name !== name) return broken(` is that of ${record.name}`);
    return { kind: 'variant', record };
  } catch (error) {
    // The parser's own message quotes the text, which may contain a key.
    if (error instanceof SyntaxError) return broken(`:${jsonErrorPlace(text)} is not valid JSON`);
    const code = systemCode(error) ?? '';
    if (code === 'EISDIR') return broken(' is a folder');
    if (code === 'storage') return broken(' is not a file');
    if (['EACCES', 'EPERM', 'ELOOP', 'EIO'].includes(code)) {
      return foreign(`variant.json cannot be read (${code})`);
    }
    if (!['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(code)) throw error;
    const none = !exists(folder) || (code === 'ENOENT' && isLeftover(folder));
    return none ? { kind: 'none' } : foreign('it holds no variant.json', false);
  }
}

/** The target of a link; null for anything else. */
function linkAt(path: string): string | null {
  try {
    return ifExists(() => readlink(path));
  } catch (error) {
    // The codes for something that is not a link; the second on Windows.
    if (systemCode(error) === 'EINVAL' || systemCode(error) === 'UNKNOWN') return null;
    throw error;
  }
}

/** The variant of that name. Errors: `invalid-name`, `no-such-variant`, `invalid-record`. */
export function requireVariant(layout: Layout, name: string): VariantRecord {
  checkName(name);
  const state = readVariant(layout, name);
  if (state.kind === 'variant') return state.record;
  if (state.kind === 'foreign') throw notAVariant(state);
  if (state.kind === 'earlier') throw madeEarlier(name);
  const names = listVariants(layout).map((record) => record.name);
  const hint =
    names.length > 0
      ? `There are: ${names.join(', ')}.`
      : 'There are none yet: cc-mirror quick --provider mirror --name mclaude';
  throw new CcMirrorError('no-such-variant', `There is no variant ${JSON.stringify(name)}.`, hint);
}

export function notAVariant({ folder, why, broken }: ForeignFolder): CcMirrorError {
  return new CcMirrorError(
    'invalid-record',
    `${folder} is not a variant of this cc-mirror: ${why}.`,
    broken
      ? `See whether it can be repaired: cc-mirror doctor ${basename(folder)}`
      : 'Look into that folder; cc-mirror does not touch it. Anything worth keeping is in its config folder.',
  );
}

/** The refusal of every command except `update --adopt`. */
export function madeEarlier(name: string, code: ErrorCode = 'invalid-record'): CcMirrorError {
  return new CcMirrorError(
    code,
    `${name} was created by an earlier cc-mirror and still works.`,
    `Adopt it: cc-mirror update ${name} --adopt`,
  );
}

/** All variants of the home, by name; other folders are left out. */
export function listVariants(layout: Layout): VariantRecord[] {
  return statesIn(layout).flatMap((state) => (state.kind === 'variant' ? [state.record] : []));
}

/** The variants of an earlier cc-mirror in the home, by name. */
export function earlierVariants(layout: Layout): EarlierVariant[] {
  return statesIn(layout).flatMap((state) => (state.kind === 'earlier' ? [state.earlier] : []));
}

/** Folders of the home whose variant.json is unusable, but may be rebuilt. */
export function brokenVariants(layout: Layout): ForeignFolder[] {
  return statesIn(layout).flatMap((state) =>
    state.kind === 'foreign' && state.broken ? [state] : [],
  );
}

/** Folders of the home whose variant.json is unusable. */
export function unreadableVariants(layout: Layout): Pick<ForeignFolder, 'folder' | 'why'>[] {
  return statesIn(layout).flatMap((state) =>
    state.kind === 'foreign' && state.recorded ? [{ folder: state.folder, why: state.why }] : [],
  );
}

function statesIn(layout: Layout): VariantState[] {
  try {
    return entriesIn(layout.home)
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('.'))
      .sort((a, b) => a.localeCompare(b))
      .map((name) => readVariant(layout, name));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
