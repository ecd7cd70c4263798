/**
 * Every failure a user can meet, with the exit status it ends in. The codes are part of the
 * `--json` contract; the message and the hint are for people and may change.
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
 * A failure that is not a bug of ours: what happened and where (`message`), and what to type next
 * (`hint`). Anything else that reaches the entry file counts as a bug.
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

/** The system's own error code (`ENOENT`, `ENOSPC`, …) of a caught value, if it has one. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** A failure as it is reported: what happened, what to do, and the status the process ends with. */
export interface Failure {
  code: ErrorCode;
  message: string;
  hint: string | undefined;
  status: number;
}

/**
 * The one place that turns whatever was thrown into a report. What the file system refuses is told
 * as such; everything that is not foreseen counts as a bug of ours.
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
    'This is a bug of cc-mirror. Please report it with the lines above and the command you typed.';
  return { code: 'bug', message, hint, status: exitStatus.bug };
}

/** What the system refused, told of a place, with a hint that fits it; any other error as it is. */
export function refusedAt(place: string, error: unknown, hint: string): unknown {
  if (error instanceof CcMirrorError) return error;
  const refusal = refusalIn(error);
  if (refusal === null) return error;
  // Where it is about that very place, its path is said once.
  const message = `${place}: ${refusal.message.replace(` (${place})`, '')}`;
  return new CcMirrorError('storage', message, hint, { cause: error });
}

/** What the system refused, and where; null for what is no error of the system's. */
function refusalIn(error: unknown): Pick<Failure, 'message' | 'hint'> | null {
  const code = systemCode(error);
  if (!(error instanceof Error) || code === undefined) return null;
  const syscall = 'syscall' in error && typeof error.syscall === 'string' ? error.syscall : null;
  if (syscall === 'uv_cwd') {
    return {
      message: 'The folder that this was started in is gone.',
      hint: 'Go to one that is there, such as your home: cd; then run the command again.',
    };
  }
  const known = storageRefusals[code] ?? (syscall === null ? undefined : otherRefusals[code]);
  const paths = [pathIn(error, 'path'), pathIn(error, 'dest')].flatMap((path) => path ?? []);
  const place = paths.length > 0 ? ` (${paths.join(' → ')})` : '';
  if (known) return { message: `${known.what}${place}.`, hint: known.hint };
  // Only the system names the call that it refused.
  if (syscall === null) return null;
  return {
    message: `The system refused ${syscall}: ${error.message}.`,
    hint: 'Look at what is there, or use another place: --home DIR, --bin-dir DIR.',
  };
}

function pathIn(error: Error, key: 'path' | 'dest'): string | null {
  const path: unknown = Object.entries(error).find(([name]) => name === key)?.[1];
  return typeof path === 'string' ? path : null;
}

const writable = 'Check the permissions, or use another place: --home DIR, --bin-dir DIR.';
const storageRefusals: Record<string, { what: string; hint: string }> = {
  ENOSPC: { what: 'The disk is full', hint: 'Free some space, or use another disk: --home DIR.' },
  EFBIG: {
    what: 'A file would be larger than is allowed here',
    hint: 'Raise the limit: ulimit -f unlimited.',
  },
  EDQUOT: {
    what: 'Your disk quota is used up',
    hint: 'Free some space, or use another disk: --home DIR.',
  },
  EROFS: { what: 'The file system is read-only', hint: writable },
  EACCES: { what: 'Permission denied', hint: writable },
  EPERM: { what: 'The operation is not permitted', hint: writable },
  EBUSY: {
    what: 'It is in use by another program',
    hint: 'Close what has it open, then run the command again.',
  },
  EISDIR: {
    what: 'There is a folder where a file should be',
    hint: 'Look at it, and move it away.',
  },
  ENAMETOOLONG: {
    what: 'The path is too long',
    hint: 'Use a shorter one: --home DIR, --bin-dir DIR.',
  },
  ELOOP: { what: 'Symbolic links lead round in a circle', hint: 'Mend the links.' },
  ENOTDIR: {
    what: 'A part of the path is a file, not a folder',
    hint: 'Use another place: --home DIR, --bin-dir DIR.',
  },
};

/** Where the system itself says it; a library says it of other things too. */
const otherRefusals: typeof storageRefusals = {
  ENOENT: {
    what: 'There is no such file or folder, and none can be made there',
    hint: 'If it has just been removed, run the command again; else use another place: --home DIR, --bin-dir DIR.',
  },
  EEXIST: {
    what: 'Something is there already',
    hint: 'Look at it, and move it away; then run the command again.',
  },
  EIO: {
    what: 'The disk does not read or write',
    hint: 'Look at the disk; its system log says more.',
  },
  EMFILE: {
    what: 'Too many files are open',
    hint: 'Raise the limit: ulimit -n 4096; then run the command again.',
  },
};
