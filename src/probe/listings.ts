/**
 * Where builds list what they loaded, as seen in runs with a test skill and a test agent:
 *
 * - agents, as lines `- name: description (Tools: …)`: up to 2.1.160 in the description of the tool
 *   that starts them (`Task`, from about 2.1.112 `Agent`), from 2.1.200 in a system message;
 * - skills: in 2.0.59 as `<skill><name>` elements and from 2.0.77 as lines `- name: description`,
 *   both in the description of the `Skill` tool; from 2.1.32 as such lines in a reminder within the
 *   first user message, from 2.1.160 in a system message.
 */
const agentHeader = /^Available agent types\b[^\n]*:$/m;
const skillHeader = /^(?:The following skills are available\b[^\n]*|Available skills):$/m;
const skillElement = /<skill>\s*<name>\s*([^<\s]+)\s*<\/name>/g;

/**
 * Tools that are only announced, one name per line (in some builds followed by `: ` and when to load
 * it); the model fetches them with the `ToolSearch` tool. Seen from 2.1.112 on, in the same places as
 * the list of skills.
 */
const deferredHeader = /^The following deferred tools are now available via ToolSearch\b[^\n]*$/m;

/** One entry. A name has no spaces but may have colons (`plugin:skill`, `apps/web:deploy`). */
const entry = /^- (\S+?)(?::(?: |$)|$)/;

/** The agent types that a request's texts list, in order. */
export function listedAgents(texts: readonly string[]): string[] {
  return unique(texts.flatMap((text) => agentNames(after(text, agentHeader))));
}

/**
 * The skills that a request's texts list, in order. A description with a line `- word: …` of its own
 * counts as one more skill: the text does not tell them apart.
 */
export function listedSkills(texts: readonly string[]): string[] {
  return unique(
    texts.flatMap((text) => [
      ...skillNames(after(text, skillHeader)),
      ...[...text.matchAll(skillElement)].flatMap(([, name]) => name ?? []),
    ]),
  );
}

/** The tools that a request's texts announce, in order. */
export function listedDeferredTools(texts: readonly string[]): string[] {
  return unique(
    texts.flatMap((text) => {
      const [, ...lines] = after(text, deferredHeader);
      const end = lines.findIndex((line) => !/^[A-Za-z][\w-]*(?:: |$)/.test(line));
      const listed = end === -1 ? lines : lines.slice(0, end);
      return listed.map((line) => line.split(':', 1)[0] ?? '');
    }),
  );
}

/** An agent's description may span lines and contain lists; its entry ends with its tools. */
function agentNames(lines: readonly string[]): string[] {
  const names: string[] = [];
  let open = false;
  for (const line of lines) {
    if (!open) {
      const name = entry.exec(line)?.[1];
      if (name === undefined && names.length > 0) break;
      if (name === undefined) continue;
      names.push(name);
    }
    open = !/\(Tools: .*\)$/.test(line);
  }
  return names;
}

/** Descriptions may have blank lines: only a tag, a heading or the list of agents ends the list. */
function skillNames(lines: readonly string[]): string[] {
  const end = lines.findIndex(
    (line) => /^(?:<\/?[a-z_-]+>|#+ )/.test(line) || agentHeader.test(line),
  );
  const listed = end === -1 ? lines : lines.slice(0, end);
  return listed.flatMap((line) => entry.exec(line)?.[1] ?? []);
}

function after(text: string, header: RegExp): string[] {
  const found = header.exec(text);
  return found === null ? [] : text.slice(found.index + found[0].length).split('\n');
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
