import { type ToolShape, type Tools, taskTools } from '../skill/tools.ts';
import * as z from '../zod.ts';
import type { MessagesRequest } from './api.ts';
import { listedAgents, listedSkills } from './listings.ts';
import type { MessagesBody, ToolDescription } from './messages.ts';

/** What a running build showed of itself in its request. */
export interface Offer {
  claudeVersion: string | null;
  tasks: boolean;
  teams: boolean;
  /** In the order of the request. */
  tools: string[];
  /** Agent types, in the order listed. */
  agents: string[];
  skills: string[];
  model: string;
}

/**
 * The request that holds the session: the one with the most tools. Builds up to 2.1.2 send others
 * beside it, which warm agents up with fewer tools. Undefined if no request has any tool.
 */
export function mainRequest(requests: readonly MessagesRequest[]): MessagesRequest | undefined {
  let main: MessagesRequest | undefined;
  for (const request of requests) {
    if (toolsOf(request).length > (main === undefined ? 0 : toolsOf(main).length)) main = request;
  }
  return main;
}

/** Reads what a build offers from its main request (docs/gates.md). */
export function readOffer(request: MessagesRequest): Offer {
  const tools = toolsOf(request);
  const names = tools.map(({ name }) => name);
  const texts = [...textsOf(request.body), ...tools.map(({ description }) => description ?? '')];
  return {
    claudeVersion: /^claude-cli\/(\S+)/.exec(request.headers['user-agent'] ?? '')?.[1] ?? null,
    tasks: taskTools.every((name) => names.includes(name)),
    teams: tools.some(showsTeams),
    tools: names,
    agents: listedAgents(texts),
    skills: listedSkills(texts),
    model: request.body.model,
  };
}

/** The tools of a request by name, each with what its schema says about its parameters. */
export function readTools(request: MessagesRequest): Tools {
  return Object.fromEntries(toolsOf(request).map((tool) => [tool.name, shapeOf(tool)]));
}

const choicesSchema = z.union([
  z.pipe(
    z.looseObject({ enum: z.array(z.string()) }),
    z.transform(({ enum: texts }) => texts),
  ),
  z.pipe(
    z.looseObject({ const: z.string() }),
    z.transform(({ const: text }) => [text]),
  ),
]);
const alternativesSchema = z.pipe(
  z.looseObject({ anyOf: z.array(choicesSchema) }),
  z.transform(({ anyOf }) => anyOf.flat()),
);
const parameterSchema = z.union([choicesSchema, alternativesSchema]);

const typeSchema = z.looseObject({ type: z.string() });

function shapeOf({ input_schema: schema }: ToolDescription): ToolShape {
  const parameters = Object.entries(schema?.properties ?? {}).map(
    ([name, property]): [string, string[] | null] => [
      name,
      parameterSchema.safeParse(property).data ?? null,
    ],
  );
  const types = Object.entries(schema?.properties ?? {}).flatMap(([name, property]) => {
    const { data } = typeSchema.safeParse(property);
    return data ? [[name, data.type] as const] : [];
  });
  return {
    required: schema?.required ?? [],
    parameters: Object.fromEntries(parameters),
    types: Object.fromEntries(types),
  };
}

/** `team_name` counts in `Agent` only: the `Task` tool of 2.1.16 has it with teams off as well. */
function showsTeams({ name, input_schema: schema }: ToolDescription): boolean {
  if (name === 'Teammate' || name === 'TeamCreate') return true;
  return name === 'Agent' && schema?.properties !== undefined && 'team_name' in schema.properties;
}

function toolsOf(request: MessagesRequest): ToolDescription[] {
  return request.body.tools ?? [];
}

function textsOf({ system, messages }: MessagesBody): string[] {
  return [system ?? [], ...messages.map(({ content }) => content)].flatMap((content) =>
    typeof content === 'string' ? [content] : content.flatMap(({ text }) => text ?? []),
  );
}
