import { shQuote } from './quote.ts';
import type { LauncherSpec } from './spec.ts';

/**
 * A project's task list is `<variant>-<folder>-<sum>`. The sum is a checksum of the project's whole
 * path, as many folders share a name, and Claude Code replaces every character of an id outside
 * `[A-Za-z0-9_-]` by `-`. It starts at 0; each byte of the path, without its first slash, makes it
 * (sum * factor + the byte's place in `letters`) modulo a prime. It stays below 2^31, as cmd and some
 * shells calculate with 32 bits.
 */
const factor = 131;
const modulus = 15_485_863;

/**
 * How many bytes of `<variant>-<folder>` are kept: a list is a folder of this name, which may have 255
 * bytes, including the sum and a team's name. In a list with a longer name, no task can be written.
 */
export const longest = 128;

/** The characters that cmd can tell apart: those of words, in any case, and those that get a name. */
const words = 'abcdefghijklmnopqrstuvwxyz0123456789_';
const named = '/-. ()';
const plain = words + named;
const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * Every byte that occurs in UTF-8: a shell gets a byte's value only by its place in a text. The
 * characters of the second part cover all continuation bytes, those of the third all leading bytes.
 */
const letters: readonly string[] = [
  plain + capitals,
  range(0x100, 0x13f, (code) => code),
  range(0xc2, 0xdf, (byte) => ((byte & 0x1f) << 6) | 0x2b) +
    range(0xe0, 0xef, (byte) => ((byte & 0xf) << 12) | (byte === 0xe0 ? 0x92b : 0x12b)) +
    range(0xf0, 0xf0, () => 0x1_f60b),
];
const known = Buffer.from(letters.join(''));
const unknown = known.length;

/** The list that a POSIX launcher names for a project: by its absolute path, links resolved. */
export function taskListOf(variant: string, project: string): string {
  let sum = 0;
  for (const byte of Buffer.from(project.replace(/^\//, ''))) {
    const at = known.indexOf(byte);
    sum = (sum * factor + (at === -1 ? unknown : at)) % modulus;
  }
  return `${cut(`${variant}-${project.slice(project.lastIndexOf('/') + 1) || 'root'}`)}-${sum}`;
}

/** A name's first `longest` bytes at most; of a longer one, no part of a character stays at the end. */
function cut(name: string): string {
  const bytes = Buffer.from(name);
  if (bytes.length <= longest) return name;
  const kept = bytes.toString('latin1', 0, longest).replace(/[^ -~]+$/, '');
  return Buffer.from(kept, 'latin1').toString();
}

function range(from: number, to: number, codeOf: (value: number) => number): string {
  const values = Array.from({ length: to - from + 1 }, (_, at) => from + at);
  return String.fromCodePoint(...values.map(codeOf));
}

/** The variables that these lines use in POSIX shells. */
export const posixTaskListNames =
  'folder project list typed left locale letters rest next place at sum'
    .split(' ')
    .map((name) => `ccm_${name}`);

/**
 * The lines of a POSIX launcher that name the task list; none if the build has no variable for it.
 * `anyCase`: paths that differ only in case are the same.
 */
export function posixTaskList(
  { variant, taskList, env, earlierLists }: LauncherSpec,
  anyCase: boolean,
): string[] {
  if (taskList === null) return [];
  const fixed = env[taskList];
  if (fixed !== undefined) {
    return [
      '# One task list for all projects, unless the shell names one.',
      `[ -n "\${${taskList}:-}" ] || export ${taskList}=${shQuote(fixed)}`,
    ];
  }
  const sum = posixSum(anyCase);
  return [
    '# One task list per project, unless the shell names one. The project is the nearest parent folder',
    '# with .git, else the current folder; the list has its name and a checksum of its path (links',
    '# resolved). TEAM=name gives a project another list.',
    `if [ -z "\${${taskList}:-}" ]; then`,
    '  ccm_typed=${PWD:-} ccm_left=${OLDPWD:-}',
    '  cd -P . 2>/dev/null',
    '  ccm_folder=${PWD:-$ccm_typed}',
    '  PWD=$ccm_typed',
    '  if [ -n "$ccm_left" ]; then OLDPWD=$ccm_left; else unset OLDPWD; fi',
    '  while [ "$ccm_folder" != "${ccm_folder%/}" ]; do ccm_folder=${ccm_folder%/}; done',
    '  ccm_project=$ccm_folder',
    '  while [ ! -e "$ccm_project/.git" ]; do',
    '    case $ccm_project in',
    '      */*) ccm_project=${ccm_project%/*} ;;',
    '      *) ccm_project=$ccm_folder; break ;;',
    '    esac',
    '  done',
    '  ccm_list=${ccm_project##*/}',
    `  ccm_list=${variant}-\${ccm_list:-root}`,
    ...(earlierLists.length === 0
      ? sum.map((line) => `  ${line}`)
      : [
          '  case $ccm_project in',
          '    # Their lists were created when names had no checksum.',
          ...earlierLists.map((project) => `    ${shQuote(project)}) ;;`),
          '    *)',
          ...sum.map((line) => `      ${line}`),
          '      ;;',
          '  esac',
        ]),
    `  export ${taskList}="$ccm_list\${TEAM:+-$TEAM}"`,
    'fi',
  ];
}

function posixSum(anyCase: boolean): string[] {
  const [first, last] = [plain.length, plain.length + capitals.length - 1];
  const fold = `[ $ccm_at -lt ${first} ] || [ $ccm_at -gt ${last} ] || ccm_at=$((ccm_at - ${first}))`;
  return [
    ...letters.map((text, at) => `ccm_letters=${at > 0 ? '$ccm_letters' : ''}${shQuote(text)}`),
    'ccm_locale=${LC_ALL:-}',
    'LC_ALL=C # Now characters are bytes.',
    'ccm_rest=${ccm_project#/} ccm_sum=0',
    'while [ -n "$ccm_rest" ]; do',
    '  ccm_next=${ccm_rest#?}',
    '  ccm_at=${ccm_rest%"$ccm_next"}',
    '  ccm_place=${ccm_letters%%"$ccm_at"*}',
    '  ccm_at=${#ccm_place}',
    ...(anyCase ? [`  ${fold}`] : []),
    `  ccm_sum=$(((ccm_sum * ${factor} + ccm_at) % ${modulus}))`,
    '  ccm_rest=$ccm_next',
    'done',
    '# The name of a folder too: no part of a character stays at the end.',
    `while [ \${#ccm_list} -gt ${longest} ]; do`,
    '  ccm_list=${ccm_list%?}',
    '  while [ "$ccm_list" != "${ccm_list%[!\\ -~]}" ]; do ccm_list=${ccm_list%[!\\ -~]}; done',
    'done',
    'ccm_list=$ccm_list-$ccm_sum',
    'if [ -z "$ccm_locale" ]; then unset LC_ALL; else LC_ALL=$ccm_locale; fi 2>/dev/null',
  ];
}

/**
 * The lines of a `.cmd` launcher that turn `ccm_project`, a path, into `ccm_sum`: the same checksum as
 * in Git Bash, with `C:\` for `/c/`. cmd has no values for characters outside `words` and `named`: a
 * path with others is replaced by its short form (8.3), if the disk has one. The value of a character
 * is that of a variable with the character in its name, counted from 1; if there is none, it is 0.
 */
export function windowsSum(): string[] {
  const values = [...words.split(''), ...named.split('').map((_, at) => `_${at}`)];
  const assigned = values.map((name, at) => `ccm_v${name}=${at + 1}`).join(',');
  return [
    'set "ccm_path=%ccm_project%"',
    'for %%I in ("%ccm_project%") do set "ccm_short=%%~sI"',
    'setlocal',
    `set /a "${assigned}"`,
    ':sum',
    'set "ccm_rest=%ccm_path::=%"',
    'set "ccm_sum=0"',
    'set "ccm_other="',
    ':next',
    'set "ccm_at=%ccm_rest:~0,1%"',
    ...named
      .replace('/', '\\')
      .split('')
      .map((one, at) => `if "%ccm_at%"=="${one}" set "ccm_at=_${at}"`),
    'set "ccm_value=0"',
    'set /a "ccm_value=ccm_v%ccm_at%" 2>nul',
    'if "%ccm_value%"=="0" set "ccm_other=1"',
    `if "%ccm_value%"=="0" set "ccm_value=${unknown + 1}"`,
    `set /a "ccm_sum=(ccm_sum*${factor}+ccm_value-1)%%${modulus}"`,
    'set "ccm_rest=%ccm_rest:~1%"',
    'if defined ccm_rest goto next',
    'if not defined ccm_other goto summed',
    'if "%ccm_path%"=="%ccm_short%" goto summed',
    'set "ccm_path=%ccm_short%"',
    'goto sum',
    ':summed',
    'endlocal & set "ccm_sum=%ccm_sum%"',
  ];
}
