import type { Preset } from './preset.ts';

/**
 * Decides when builds announce most of their tools by name only, the Task tools among them, for the model
 * to fetch. Where it is unset they do so at Anthropic's address (2.1.110 on) and, from 2.1.304 on, at
 * every address. `auto`: once those tools take more than a tenth of the context, as with many MCP
 * servers; `false`: never.
 */
export const toolSearch = 'ENABLE_TOOL_SEARCH';

/** Whether an address takes deferred tools: another than the preset's own may be any gateway. */
export function takesDeferred(
  { deferredTools, baseUrl: own, alternativeUrls }: Preset,
  baseUrl: string | null,
): boolean {
  return deferredTools && [own, ...alternativeUrls.map(({ url }) => url)].includes(baseUrl);
}

/** The variables of a launcher that a value in the user's shell beats, with those that the user chose. */
export function shellFirst(chosen: Readonly<Record<string, string>>): string[] {
  return chosen[toolSearch] === undefined ? [toolSearch] : [];
}
