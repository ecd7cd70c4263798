import type { CapabilityName } from '../gates/types.ts';
import { type ToolShape, type Tools, assumedTools, taskTools } from '../skill/tools.ts';
import * as z from '../zod.ts';
import type { MessagesRequest } from './api.ts';
import { listedAgents, listedDeferredTools, listedSkills } from './listings.ts';
import type { MessagesBody, ToolDescription } from './messages.ts';

export type OfferState = 'on' | 'deferred' | 'off';

/** What a running build offers, as its request shows. */
export interface Offer {
  claudeVersion: string | null;
  /** Whether the request has every tool of the capability, in full. */
  tasks: boolean;
  teams: boolean;
  /** `deferred`: the request only announces the tools by name; the model can fetch them. */
  states: Record<CapabilityName, OfferState>;
  /** In the order of the request. */
  tools: string[];
  /** Announced by name only. */
  deferredTools: string[];
  /** Agent types, as listed. */
  agents: string[];
  skills: string[];
  model: string;
}

/**
 * The session's own request: the one with the most tools. Builds up to 2.1.2 also send requests with
 * fewer tools to warm up agents. Undefined if no request has tools.
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
  // In some modes builds announce tools that they also send in full.
  const deferredTools = listedDeferredTools(texts).filter((name) => !names.includes(name));
  const state = (needed: readonly string[]): OfferState => {
    if (needed.every((name) => names.includes(name))) return 'on';
    const announced = needed.every((name) => [...names, ...deferredTools].includes(name));
    return announced ? 'deferred' : 'off';
  };
  const states: Offer['states'] = {
    tasks: state(taskTools),
    teams:
      teamTools(tools)
        .map(state)
        .find((found) => found !== 'off') ?? 'off',
  };
  return {
    claudeVersion: /^claude-cli\/(\S+)/.exec(request.headers['user-agent'] ?? '')?.[1] ?? null,
    tasks: states.tasks === 'on',
    teams: states.teams === 'on',
    states,
    tools: names,
    deferredTools,
    agents: listedAgents(texts),
    skills: listedSkills(texts),
    model: request.body.model,
  };
}

/**
 * The tools of a request by name, with what each schema says about its parameters. The schema of a
 * tool that is only announced is unknown, and assumed to be that of most builds.
 */
export function readTools(request: MessagesRequest): Tools {
  const assumed = assumedTools(true);
  const announced = readOffer(request).deferredTools.map((name): [string, ToolShape] => [
    name,
    assumed[name] ?? { required: [], parameters: {} },
  ]);
  const sent = toolsOf(request).map((tool): [string, ToolShape] => [tool.name, shapeOf(tool)]);
  return Object.fromEntries([...announced, ...sent]);
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

/**
 * The tools for teams, one list for each generation of builds. In the latest, `Agent` creates
 * teammates and `SendMessage` talks to them. `team_name` counts only in `Agent`: the `Task` tool of
 * 2.1.16 has it even with teams off.
 */
function teamTools(tools: readonly ToolDescription[]): string[][] {
  const agent = tools.find(({ name }) => name === 'Agent')?.input_schema?.properties;
  const named = agent !== undefined && 'team_name' in agent;
  return [['Teammate'], ['TeamCreate'], ...(named ? [['Agent', 'SendMessage']] : [])];
}

function toolsOf(request: MessagesRequest): ToolDescription[] {
  return request.body.tools ?? [];
}

function textsOf({ system, messages }: MessagesBody): string[] {
  return [system ?? [], ...messages.map(({ content }) => content)].flatMap((content) =>
    typeof content === 'string' ? [content] : content.flatMap(({ text }) => text ?? []),
  );
}
