import { fieldsOf, tryParse } from '../../task/json.ts';
import type { Answer } from '../send.ts';

/** Whether an answer is a web page, and so not from an API. */
export function isPage({ contentType, text }: Pick<Answer, 'contentType' | 'text'>): boolean {
  return (
    /^(text\/html|application\/xhtml)/i.test(contentType) || /^\s*<(!doctype|html)/i.test(text)
  );
}

/** What a service says went wrong, out of the usual shapes, else the text as it is. */
export function wordsOf(text: string): string {
  const parsed = tryParse(text);
  const { error, message, msg, detail } = fieldsOf(Array.isArray(parsed) ? parsed[0] : parsed);
  const { message: inner, type } = fieldsOf(error);
  const candidates = [inner, error, message, msg, detail, type];
  return candidates.find((one): one is string => typeof one === 'string' && one !== '') ?? text;
}

/** What a message consists of. */
export interface Content {
  /** Whether the model called a tool. */
  toolUse: boolean;
}

/** The message in an answer (https://platform.claude.com/docs/en/api/messages); null: it is none. */
export function messageIn(text: string): Content | null {
  const { type, content } = fieldsOf(tryParse(text));
  if (type !== 'message' || !Array.isArray(content)) return null;
  return { toolUse: content.some((block) => fieldsOf(block)['type'] === 'tool_use') };
}

/** Server-sent events as far as they were read. */
export interface Stream {
  /** How many events of the API there are. */
  events: number;
  /** Whether the last one is `message_stop`. */
  complete: boolean;
  /** An error that came in the middle, in the service's own words. */
  error: string | null;
}

/** The events in a streamed answer; of each only the line `data:` is read, as Claude Code does. */
export function streamIn(text: string): Stream {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.startsWith('data:'));
  const data = lines.map((line) => line.slice('data:'.length).trim());
  const events = data
    .map((one) => fieldsOf(tryParse(one)))
    .filter(({ type }) => type !== undefined);
  const failed = data.find((one) => fieldsOf(tryParse(one))['type'] === 'error');
  return {
    events: events.filter(({ type }) => type !== 'error').length,
    complete: events.some(({ type }) => type === 'message_stop'),
    error: failed === undefined ? null : wordsOf(failed),
  };
}
