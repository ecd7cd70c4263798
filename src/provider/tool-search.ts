import type { Preset } from './preset.ts';

/**
 * Decides when builds announce most of their tools by name only, the Task tools among them, for the model
 * to fetch. Where it is unset they do so at Anthropic's address (2.1.110 on) and, from 2.1.304 on, at
 * every address. `false`: never. `auto` sends all tools until they take a tenth of the context, and yet
 * tells the model that most of them cannot be called before it fetches them, with a tool that is not
 * there (seen in 2.1.112, 2.1.240 and 2.1.332); beyond that tenth the Task tools are announced only.
 */
export const toolSearch = 'ENABLE_TOOL_SEARCH';

/** What has every build send all of its tools in full. */
export const toolsInFull = { [toolSearch]: 'false' };

/** The variables of a launcher that a value in the user's shell beats, with those that the user chose. */
export function shellFirst(chosen: Readonly<Record<string, string>>): string[] {
  return chosen[toolSearch] === undefined ? [toolSearch] : [];
}

/** Whether an address takes deferred tools: another than the preset's own may be any gateway. */
export function takesDeferred(
  { deferredTools, baseUrl: own, alternativeUrls }: Preset,
  baseUrl: string | null,
): boolean {
  return deferredTools && [own, ...alternativeUrls.map(({ url }) => url)].includes(baseUrl);
}
