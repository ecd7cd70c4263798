import {
  S_BAR,
  autocomplete,
  confirm,
  isCancel,
  multiselect,
  note,
  password,
  select,
  text,
} from '@clack/prompts';
import type { Readable, Writable } from 'node:stream';
import { CcMirrorError } from '../../errors.ts';
import { printable } from '../../ui/printable.ts';
import { cancelled } from '../input/answer.ts';
import type { Answer, Asked, Choice } from './question.ts';
import { type Asker, back } from './walk.ts';

/** Where it is asked. */
interface Terminal {
  input: Readable;
  output: Writable & { columns?: number };
}

const backChoice: Choice = { value: 'wizard-back', label: '← Back' };

/** Asks with clack, by default at the process's terminal on standard error. `signal` ends a question. */
export function terminalAsker(
  signal: AbortSignal,
  terminal: Terminal = { input: process.stdin, output: process.stderr },
): Asker {
  return {
    async ask(asked, first) {
      if (asked.above) showAbove(asked.above, terminal);
      const answer = await answered(signal, terminal, (stop) =>
        shown(asked, first, stop, terminal),
      );
      return answer === backChoice.value || answer === null ? back : answer;
    },
    async leaves() {
      const question = { message: 'Leave? Nothing was changed.', ...terminal };
      const leave = await answered(signal, terminal, (stop) =>
        confirm({ ...question, signal: stop.signal }),
      );
      return leave !== false;
    },
  };
}

/**
 * The answer of a prompt; null for Escape. clack tells Escape from Ctrl-C by nothing, so the keys are
 * watched. Errors: `interrupted` for Ctrl-C; the reason of the signal; what a check failed with.
 */
async function answered<T>(
  signal: AbortSignal,
  { input }: Terminal,
  prompt: (stop: AbortController) => Promise<T>,
): Promise<Exclude<T, symbol> | null> {
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener('abort', onAbort);
  let interrupted = false;
  const onKey = (_: unknown, { ctrl, name }: { ctrl?: boolean; name?: string }): void => {
    interrupted = ctrl === true && name === 'c';
  };
  input.on('keypress', onKey);
  try {
    const value = await prompt(stop);
    stop.signal.throwIfAborted();
    if (isAnswer(value)) return value;
    if (interrupted) throw cancelled();
    return null;
  } finally {
    input.off('keypress', onKey);
    signal.removeEventListener('abort', onAbort);
  }
}

function isAnswer<T>(value: T): value is Exclude<T, symbol> {
  return !isCancel(value);
}

function showAbove(
  { title, lines, command }: NonNullable<Asked['above']>,
  { output }: Terminal,
): void {
  note(lines.map(printable).join('\n'), title, { output });
  output.write(`${S_BAR}\n${S_BAR}  ${command.is}:\n${printable(command.line)}\n`);
}

function shown(
  asked: Asked,
  first: boolean,
  stop: AbortController,
  terminal: Terminal,
): Promise<Answer | symbol> {
  const common = { ...terminal, signal: stop.signal };
  const width = terminal.output.columns ?? 80;
  const escape = first ? 'Esc: leave' : 'Esc: back';
  const message = printable(asked.message);
  const withEscape = wrapped(`${message} (${escape})`, width).join(`\n${S_BAR}  `);
  switch (asked.kind) {
    case 'list': {
      const options = [...labelled(asked.choices, width), ...(first ? [] : [backChoice])].map(
        option,
      );
      const initialValue = asked.initial;
      const shared = {
        message,
        options,
        ...common,
        ...(initialValue !== undefined && { initialValue }),
      };
      if (!asked.search) return select<string>(shared);
      return autocomplete<string>({
        ...shared,
        message: withEscape,
        filter: (wanted, { value }) => found(wanted, asked.choices, value),
        validate: (value) => (value === undefined ? 'Nothing is found by these words' : undefined),
      });
    }
    case 'several':
      return multiselect<string>({
        message: `${message} (Space: choose, ${escape})`,
        options: asked.choices.map(option),
        initialValues: [...asked.initial],
        required: false,
        showInstructions: false,
        ...common,
      });
    case 'text':
    case 'secret': {
      const ask = asked.kind === 'text' ? text : password;
      const { initial, placeholder } = asked;
      return ask({
        message: withEscape,
        validate: validation((value) => asked.check(value), stop, width),
        ...(initial !== undefined && { initialValue: initial }),
        ...(placeholder !== undefined && { placeholder }),
        ...common,
      });
    }
  }
}

/** With their groups in a column of its own, in a terminal of at least 60 columns. */
function labelled(choices: readonly Choice[], columns: number): Choice[] {
  const width = Math.max(...choices.map(({ label }) => label.length));
  return choices.map((choice) => {
    const { label, group } = choice;
    if (group === undefined || columns < 60) return choice;
    return { ...choice, label: `${label.padEnd(width)}  ${group}` };
  });
}

function option({ value, label, hint }: Choice): { value: string; label: string; hint?: string } {
  return { value, label: printable(label), ...(hint !== undefined && { hint: printable(hint) }) };
}

/** Every word is found somewhere. */
function found(wanted: string, choices: readonly Choice[], value: string): boolean {
  const choice = choices.find((one) => one.value === value);
  if (choice === undefined) return false;
  const { label, group = '', hint = '', words = '' } = choice;
  const all = [value, label, group, hint, words].join(' ').toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

/** A check as clack wants it: a refusal is shown below the answer, any other failure ends the question. */
function validation(
  check: (value: string) => void | Promise<void>,
  stop: AbortController,
  columns: number,
): {
  '~standard': {
    version: 1;
    vendor: string;
    validate(value: unknown): Promise<{ value: string } | { issues: { message: string }[] }>;
  };
} {
  return {
    '~standard': {
      version: 1,
      vendor: 'cc-mirror',
      async validate(value) {
        const answer = typeof value === 'string' ? value : '';
        try {
          await check(answer);
        } catch (error) {
          if (error instanceof CcMirrorError)
            return { issues: [{ message: refusal(error, columns) }] };
          stop.abort(error);
        }
        return { value: answer };
      },
    },
  };
}

function refusal({ message, hint }: CcMirrorError, columns: number): string {
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`;
  const lines = [
    ...wrapped(sentence, columns),
    ...(hint === undefined ? [] : wrapped(`→ ${hint}`, columns)),
  ];
  return lines.join(`\n${' '.repeat(indent)}`);
}

/** As far as clack indents what it shows. */
const indent = 3;

/** The text in lines that fit beside what clack draws, broken between words. */
function wrapped(text: string, columns: number): string[] {
  const width = columns - indent - 1;
  const lines: string[] = [];
  for (const word of printable(text).split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
