import {
  autocomplete,
  confirm,
  isCancel,
  multiselect,
  note,
  password,
  select,
  text,
} from '@clack/prompts';
import { CcMirrorError } from '../../errors.ts';
import { printable } from '../../ui/printable.ts';
import { cancelled } from '../input/answer.ts';
import type { Answer, Asked, Choice } from './question.ts';
import { type Asker, back } from './walk.ts';

const output = process.stderr;
const backChoice: Choice = { value: 'wizard-back', label: '← Back' };

/** Asks at the terminal with clack, on standard error. `signal` ends a question. */
export function terminalAsker(signal: AbortSignal): Asker {
  return {
    async ask(asked, first) {
      if (asked.above)
        note(asked.above.lines.map(printable).join('\n'), asked.above.title, { output });
      const answer = await answered(signal, (stop) => shown(asked, first, stop));
      return answer === backChoice.value || answer === null ? back : answer;
    },
    async leaves() {
      const question = { message: 'Leave? Nothing has been created.', initialValue: true, output };
      const leave = await answered(signal, (stop) => confirm({ ...question, signal: stop.signal }));
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
  prompt: (stop: AbortController) => Promise<T>,
): Promise<Exclude<T, symbol> | null> {
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener('abort', onAbort);
  let interrupted = false;
  const onKey = (_: unknown, { ctrl, name }: { ctrl?: boolean; name?: string }): void => {
    interrupted = ctrl === true && (name === 'c' || name === 'd');
  };
  process.stdin.on('keypress', onKey);
  try {
    const value = await prompt(stop);
    stop.signal.throwIfAborted();
    if (isAnswer(value)) return value;
    if (interrupted) throw cancelled();
    return null;
  } finally {
    process.stdin.off('keypress', onKey);
    signal.removeEventListener('abort', onAbort);
  }
}

function isAnswer<T>(value: T): value is Exclude<T, symbol> {
  return !isCancel(value);
}

function shown(asked: Asked, first: boolean, stop: AbortController): Promise<Answer | symbol> {
  const { signal } = stop;
  const escape = first ? 'Esc: leave' : 'Esc: back';
  const message = printable(asked.message);
  switch (asked.kind) {
    case 'list': {
      const options = [...asked.choices, ...(first ? [] : [backChoice])].map(option);
      const initialValue = asked.initial;
      const shared = {
        message,
        options,
        output,
        signal,
        ...(initialValue !== undefined && { initialValue }),
      };
      if (!asked.search) return select<string>(shared);
      return autocomplete<string>({
        ...shared,
        message: `${message} (${escape})`,
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
        output,
        signal,
      });
    case 'text':
    case 'secret': {
      const ask = asked.kind === 'text' ? text : password;
      const { initial, placeholder } = asked;
      return ask({
        message: `${message} (${escape})`,
        validate: validation((value) => asked.check(value), stop),
        ...(initial !== undefined && { initialValue: initial }),
        ...(placeholder !== undefined && { placeholder }),
        output,
        signal,
      });
    }
  }
}

function option({ value, label, hint }: Choice): { value: string; label: string; hint?: string } {
  return { value, label: printable(label), ...(hint !== undefined && { hint: printable(hint) }) };
}

/** Every word is found somewhere. */
function found(wanted: string, choices: readonly Choice[], value: string): boolean {
  const choice = choices.find((one) => one.value === value);
  if (choice === undefined) return false;
  const { label, hint = '', words = '' } = choice;
  const all = [value, label, hint, words].join(' ').toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

/** A check as clack wants it: a refusal is shown below the answer, any other failure ends the question. */
function validation(
  check: (value: string) => void | Promise<void>,
  stop: AbortController,
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
          if (error instanceof CcMirrorError) return { issues: [{ message: refusal(error) }] };
          stop.abort(error);
        }
        return { value: answer };
      },
    },
  };
}

function refusal({ message, hint }: CcMirrorError): string {
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`;
  const lines = [...wrapped(sentence), ...(hint === undefined ? [] : wrapped(`→ ${hint}`))];
  return lines.join(`\n${' '.repeat(indent)}`);
}

/** As far as clack indents what it shows. */
const indent = 3;

/** The text in lines that fit beside what clack draws, broken between words. */
function wrapped(text: string): string[] {
  const width = (output.columns ?? 80) - indent - 1;
  const lines: string[] = [];
  for (const word of printable(text).split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
