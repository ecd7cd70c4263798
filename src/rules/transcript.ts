import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  readdirSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ifExists } from '../disk/if-exists.ts';
import { pause } from '../disk/pause.ts';
import { type Fields, fieldsOf, tryParse } from '../task/json.ts';
import type { ToolCall } from './hook-input.ts';

export type Caller = 'main' | 'worker' | 'unknown';

/** An entry of a transcript, a line of JSON. */
interface Entry {
  type: string;
  uuid: string;
  /** Blocks of the Messages API. */
  content: readonly Fields[];
}

/** Milliseconds; builds from 2.1.30 on write a transcript up to 100 ms late. */
const usualPatience = 600;
/** Bytes from a transcript's end, which hold the latest messages. */
const tail = 4_000_000;

/**
 * Who made a tool call, by the transcript that contains it: `<folder>/<session>.jsonl` is the main
 * session's; workers' are `<folder>/agent-<id>.jsonl` (2.0.77) or
 * `<folder>/<session>/subagents/agent-<id>.jsonl` (2.1.2 and later). `unknown` if none does in time,
 * for example when Claude Code keeps no transcripts.
 */
export function callerByTranscript(
  { transcript, session, callId }: ToolCall,
  patience = usualPatience,
): Caller {
  if (transcript === null || !existsSync(transcript)) return 'unknown';
  const folder = dirname(transcript);
  const found = waitFor(patience, () => {
    if (holdsCall(transcript, callId)) return 'main';
    const others = [
      ...recentIn(folder, /^agent-.*\.jsonl$/u),
      ...recentIn(join(folder, session, 'subagents'), /\.jsonl$/u),
    ];
    return others.some((path) => holdsCall(path, callId)) ? 'worker' : null;
  });
  return found ?? 'unknown';
}

/**
 * The text of a worker's last message, with the id of its last entry. A message that ends with the
 * entry `seen` is an old one. Null if the transcript is missing or does not end with a new message.
 */
export function finalMessage(
  transcript: string,
  seen: string | null,
  patience = usualPatience,
): { text: string; entry: string } | null {
  return waitFor(patience, () => {
    const entries = messagesIn(readTail(transcript));
    const last = entries.at(-1);
    if (last?.type !== 'assistant' || last.uuid === seen) return null;
    if (last.content.some((part) => part['type'] === 'tool_use')) return null;
    const start = entries.findLastIndex(({ type }) => type === 'user') + 1;
    const texts = entries
      .slice(start)
      .flatMap(({ content }) => content.map((part) => part['text']))
      .filter((text) => typeof text === 'string');
    return { text: texts.join('\n'), entry: last.uuid };
  });
}

function holdsCall(path: string, callId: string): boolean {
  const text = readTail(path);
  if (!text.includes(callId)) return false;
  return messagesIn(text).some(
    ({ type, content }) =>
      type === 'assistant' &&
      content.some((part) => part['type'] === 'tool_use' && part['id'] === callId),
  );
}

/** The messages in a transcript; entries of other kinds are dropped. */
function messagesIn(text: string): Entry[] {
  return text.split('\n').flatMap((line) => {
    // The first line of a tail may be cut off, and so may the last one while it is written.
    const { type, uuid, message } = fieldsOf(tryParse(line));
    if ((type !== 'assistant' && type !== 'user') || typeof uuid !== 'string') return [];
    const { content } = fieldsOf(message);
    const parts: unknown[] = Array.isArray(content) ? content : [{ type: 'text', text: content }];
    return [{ type, uuid, content: parts.map(fieldsOf) }];
  });
}

function readTail(path: string): string {
  const file = ifExists(() => openSync(path, 'r'));
  if (file === null) return '';
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, tail));
    const count = readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8', 0, count);
  } finally {
    closeSync(file);
  }
}

/** Recently changed files: older builds keep the transcripts of all workers in one folder. */
function recentIn(folder: string, form: RegExp): string[] {
  const recent = ifExists(() =>
    readdirSync(folder)
      .filter((name) => form.test(name))
      .map((name) => join(folder, name))
      .filter((path) => Date.now() - statSync(path).mtimeMs < 60_000),
  );
  return recent ?? [];
}

function waitFor<T>(patience: number, look: () => T | null): T | null {
  const until = Date.now() + patience;
  for (;;) {
    const found = look();
    if (found !== null || Date.now() > until) return found;
    pause(10);
  }
}
