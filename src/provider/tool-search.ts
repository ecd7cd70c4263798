import { isAddressOf } from './base-url.ts';
import type { Preset } from './preset.ts';

/**
 * Decides when builds defer most of their tools, the Task tools among them: announce them by name
 * only, for the model to fetch. If unset, they do so at Anthropic's address (from 2.1.110 on) and at
 * every address (from 2.1.304 on). `false`: never. `auto` defers them once they take a tenth of the
 * context; below that it sends them in full, and still tells the model to fetch most of them first,
 * with a tool that it does not send (seen in 2.1.112, 2.1.240 and 2.1.332).
 */
export const toolSearch = 'ENABLE_TOOL_SEARCH';

/** Makes every build send all of its tools in full. */
export const toolsInFull = { [toolSearch]: 'false' };

/** The launcher's variables that one of the user's shell overrides, unless the user chose them. */
export function shellFirst(chosen: Readonly<Record<string, string>>): string[] {
  return chosen[toolSearch] === undefined ? [toolSearch] : [];
}

/** Whether an address accepts deferred tools; one that the preset does not know may not. */
export function takesDeferred(preset: Preset, baseUrl: string | null): boolean {
  const own = baseUrl === null ? preset.baseUrl === null : isAddressOf(preset, baseUrl);
  return preset.limits.deferredTools && own;
}
