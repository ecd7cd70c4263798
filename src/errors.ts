/**
 * Every failure a user can meet, with its exit status. The codes are part of the `--json` contract;
 * messages and hints are for people and may change.
 */
const exitStatus = {
  bug: 1,
  usage: 2,
  'invalid-name': 2,
  'invalid-preset': 2,
  'invalid-bundle': 2,
  'invalid-record': 2,
  'missing-key': 2,
  storage: 2,
  'no-such-variant': 3,
  'no-such-provider': 3,
  'no-such-version': 3,
  'no-such-path': 3,
  'no-installation': 3,
  'unsupported-platform': 4,
  'capability-unavailable': 4,
  'probe-failed': 5,
  network: 6,
  'name-taken': 7,
  busy: 7,
  interrupted: 130,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof exitStatus;

/**
 * A failure that is not a bug: `message` says what happened and where, `hint` what to type next.
 * Anything else that reaches the entry file counts as a bug.
 */
export class CcMirrorError extends Error {
  override readonly name = 'CcMirrorError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, hint?: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}

/** The system error code (`ENOENT`, `ENOSPC`, …) of a caught value, if it has one. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error ? textOf(error, 'code') : undefined;
}

/** A failure as reported; `status` is the exit status. */
export interface Failure {
  code: ErrorCode;
  message: string;
  hint: string | undefined;
  status: number;
}

/**
 * Turns a thrown value into a report. System errors become `storage` failures; anything unexpected
 * is a bug.
 */
export function describeFailure(error: unknown): Failure {
  if (error instanceof CcMirrorError) {
    const { code, hint } = error;
    const message = /[.!?]$/.test(error.message) ? error.message : `${error.message}.`;
    return { code, message, hint, status: exitStatus[code] };
  }
  const refusal = refusalIn(error);
  if (refusal) return { code: 'storage', ...refusal, status: exitStatus.storage };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const hint =
    'This is a bug in cc-mirror. Please report it with the lines above and the command you typed.';
  return { code: 'bug', message, hint, status: exitStatus.bug };
}

/** A system error as a `storage` failure at a place, with the hint; any other error unchanged. */
export function refusedAt(place: string, error: unknown, hint: string): unknown {
  if (error instanceof CcMirrorError) return error;
  const refusal = refusalIn(error);
  if (refusal === null) return error;
  // Where it is about that very place, its path is said once.
  const message = `${place}: ${refusal.message.replace(` (${place})`, '')}`;
  return new CcMirrorError('storage', message, hint, { cause: error });
}

/** What the system refused and where; null if the error is not a system error. */
function refusalIn(error: unknown): Pick<Failure, 'message' | 'hint'> | null {
  const code = systemCode(error);
  if (!(error instanceof Error) || code === undefined) return null;
  const syscall = textOf(error, 'syscall');
  if (syscall === 'uv_cwd') {
    return {
      message: 'The current folder no longer exists.',
      hint: 'Change to one that exists, such as your home (cd), then run the command again.',
    };
  }
  // Libraries set codes too, but only the system names the call.
  const known =
    storageRefusals[code] ?? (syscall === undefined ? undefined : syscallRefusals[code]);
  const paths = ['path', 'dest'].flatMap((key) => textOf(error, key) ?? []);
  const place = paths.length > 0 ? ` (${paths.join(' → ')})` : '';
  if (known) return { message: `${known.what}${place}.`, hint: known.hint };
  if (syscall === undefined) return null;
  return {
    message: `The system refused ${syscall}: ${error.message}.`,
    hint: `Check that path, or use ${otherPlace}`,
  };
}

/** A property that system errors have, if it is text. */
function textOf(error: Error, key: string): string | undefined {
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' ? value : undefined;
}

/** The end of hints: “… use another place”. */
export const otherPlace =
  'another place: --home DIR, --bin-dir DIR (or CC_MIRROR_HOME, CC_MIRROR_BIN_DIR).';
const writable = `Check the permissions, or use ${otherPlace}`;
const moreSpace = 'Free some space, or use another disk: --home DIR.';

type Refusals = Record<string, { what: string; hint: string }>;

/** What these codes mean, from the system or a library. */
const storageRefusals: Refusals = {
  ENOSPC: { what: 'The disk is full', hint: moreSpace },
  EDQUOT: { what: 'Your disk quota is used up', hint: moreSpace },
  EFBIG: {
    what: 'The file would exceed the size limit',
    hint: 'Raise the limit: ulimit -f unlimited.',
  },
  EROFS: { what: 'The file system is read-only', hint: writable },
  EACCES: { what: 'Permission denied', hint: writable },
  EPERM: { what: 'The operation is not permitted', hint: writable },
  EBUSY: {
    what: 'It is in use by another program',
    hint: 'Close that program, then run the command again.',
  },
  EISDIR: {
    what: 'A folder is where a file should be',
    hint: 'Check it, and move it away.',
  },
  ENAMETOOLONG: {
    what: 'The path is too long',
    hint: 'Use a shorter one: --home DIR, --bin-dir DIR.',
  },
  ELOOP: { what: 'Symbolic links form a loop', hint: 'Fix the links.' },
  ENOTDIR: {
    what: 'A part of the path is a file, not a folder',
    hint: `Fix the path, or use ${otherPlace}`,
  },
};

/** What these codes mean from the system; libraries use them for other things. */
const syscallRefusals: Refusals = {
  ENOENT: {
    what: 'No such file or folder',
    hint: `If it has just been removed, run the command again; otherwise use ${otherPlace}`,
  },
  EEXIST: {
    what: 'The path already exists',
    hint: 'Check it and move it away, then run the command again.',
  },
  EIO: {
    what: 'The disk failed to read or write',
    hint: 'Check the disk and the system log.',
  },
  EMFILE: {
    what: 'Too many files are open',
    hint: 'Raise the limit: ulimit -n 4096; then run the command again.',
  },
};
