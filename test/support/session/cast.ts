import * as z from 'zod';
import type { MessagesRequest, Responder } from '../../../src/probe/api.ts';
import type { Reply } from '../../../src/probe/messages.ts';

/** What one part of a cast does when it is asked: a reply, or one that depends on the request. */
export type Step = Reply | ((request: MessagesRequest) => Reply | Promise<Reply> | 'again');

/** One conversation of a session: the main one, or a worker's. */
export interface Part {
  /** A text of its prompt that no other part's first message holds. */
  cue: string;
  steps: readonly Step[];
}

/** What a part was sent. */
export interface Performance {
  requests: MessagesRequest[];
  /** Its last step was answered. */
  done: boolean;
}

export interface Cast {
  responder: Responder;
  /** By cue. */
  performances: ReadonlyMap<string, Performance>;
}

/**
 * Plays a session with several conversations: each request goes to the part whose cue its first
 * messages hold, which gives the next of its steps; a step that says `again` is asked once more at
 * the next request, and the part says that it waits. Requests of nobody get a short text: titles,
 * and the agents that old builds warm up.
 */
export function playCast(parts: readonly Part[]): Cast {
  const performances = new Map(
    parts.map(({ cue }): [string, Performance] => [cue, { requests: [], done: false }]),
  );
  const next = new Map<string, number>();
  const responder: Responder = async (request) => {
    const opening = JSON.stringify(request.body.messages.slice(0, 4));
    const part = parts.find(({ cue }) => opening.includes(cue));
    const performance = part && performances.get(part.cue);
    if (!part || !performance || (request.body.tools ?? []).length === 0) {
      return { type: 'text', text: 'ok' };
    }
    performance.requests.push(request);
    const at = next.get(part.cue) ?? 0;
    const step = part.steps[at];
    if (step === undefined) return { type: 'text', text: `${part.cue}: no more steps` };
    const reply = typeof step === 'function' ? await step(request) : step;
    if (reply === 'again') return { type: 'text', text: 'Waiting.' };
    next.set(part.cue, at + 1);
    performance.done = at + 1 === part.steps.length;
    return reply;
  };
  return { responder, performances };
}

/** The texts of the last results of tools in a request, one each, in any order. */
export function resultsIn({ body }: MessagesRequest): string[] {
  const last = body.messages.findLast(
    ({ role, content }) => role === 'user' && typeof content !== 'string' && content.some(isResult),
  );
  if (last === undefined || typeof last.content === 'string') return [];
  return last.content.filter(isResult).map((block) => textOf(block['content']));
}

function isResult({ type }: { type: string }): boolean {
  return type === 'tool_result';
}

function textOf(content: unknown): string {
  const blocks = z.array(z.looseObject({ text: z.string().optional() })).safeParse(content);
  if (blocks.success) return blocks.data.map(({ text }) => text ?? '').join('\n');
  return typeof content === 'string' ? content : JSON.stringify(content);
}

/** Lets those who come go on once all are there: who ran one after the other would wait for ever. */
export class Meeting {
  readonly #all: Promise<void>;
  #missing: number;
  #open: () => void = () => {};

  constructor(count: number) {
    this.#missing = count;
    this.#all = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  async come(reply: Reply): Promise<Reply> {
    this.#missing -= 1;
    if (this.#missing === 0) this.#open();
    await this.#all;
    return reply;
  }
}
