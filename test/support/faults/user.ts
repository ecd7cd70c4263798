import { appendFile, mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Tree } from './tree.ts';

/** What the user has put into the world: nobody but the user may change it. */
const files: Record<string, string> = {
  'user/.profile': 'alias ll="ls -l"\n',
  'user/.claude.json': '{"userID":"of the stock Claude Code"}',
  'user/.claude/settings.json': '{"theme":"light"}',
  'bin/own-tool': '#!/bin/sh\necho own tool\n',
  'mirror/providers/README': 'notes on providers\n',
  'mirror/kept/config/CLAUDE.md': 'Answer in rhymes.\n',
  'mirror/kept/config/history.jsonl': '{"display":"hello"}\n'.repeat(50),
  'mirror/kept/config/.credentials.json': '{"claudeAiOauth":{"accessToken":"a login"}}',
  'mirror/kept/config/projects/-work/session.jsonl': '{"type":"user"}\n'.repeat(50),
  'mirror/kept/config/skills/own-skill/SKILL.md': '---\nname: own-skill\ndescription: mine\n---\n',
  'mirror/kept/config/agents/own-agent.md': '---\nname: own-agent\ndescription: mine\n---\n',
  'mirror/kept/config/skills/router/notes.md': 'beside the files of a pack\n',
};
/** A file of a pack that the user has edited. */
const edited = 'mirror/kept/config/skills/router/references/memory.md';

/** Files that cc-mirror writes too: what the user has in them, in the user's order. */
const shared: Record<string, Record<string, unknown>> = {
  'mirror/kept/config/settings.json': {
    zeta: 1,
    permissions: { deny: ['Read(.env)'], allow: ['Bash(ls:*)'] },
    alpha: { nested: { key: null } },
    hooks: { Stop: [{ hooks: [{ type: 'command', command: 'true' }] }] },
  },
  'mirror/kept/config/.claude.json': {
    oauthAccount: { emailAddress: 'somebody@example.org' },
    numStartups: 7,
    projects: { '/work': { allowedTools: [] } },
  },
};

/** Puts what the user has into a world with the variant `kept`. */
export async function addUser(root: string): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text, { mode: path.startsWith('bin/') ? 0o755 : 0o640 });
  }
  await appendFile(join(root, edited), 'And a line of my own.\n');
  for (const [path, values] of Object.entries(shared)) {
    const place = join(root, path);
    const ours: Record<string, unknown> = JSON.parse(await readFile(place, 'utf8'));
    await writeFile(place, JSON.stringify(together(values, ours), null, 4));
  }
}

/** Moves kept's settings to the user's own folder and leaves a link, as those who share them do. */
export async function linkSettings(root: string): Promise<void> {
  const place = join(root, 'mirror/kept/config/settings.json');
  await mkdir(join(root, 'user/dotfiles'));
  await rename(place, join(root, 'user/dotfiles/settings.json'));
  await symlink(join(root, 'user/dotfiles/settings.json'), place);
}

/** What of the user's is not as it was, one line a path. */
export function userProblems(before: Tree, now: Tree): string[] {
  const own = [...Object.keys(files), edited].filter((path) => now.get(path) !== before.get(path));
  const torn = Object.entries(shared).filter(([path, values]) => {
    const place = now.has('user/dotfiles/settings.json')
      ? path.replace('mirror/kept/config/settings.json', 'user/dotfiles/settings.json')
      : path;
    return JSON.stringify(restricted(jsonIn(now.get(place)), values)) !== JSON.stringify(values);
  });
  return [...own, ...torn.map(([path]) => path)].map((path) => `the user's ${path} has changed`);
}

/** The JSON of a file in a tree; undefined where it is none. */
export function jsonIn(entry: string | undefined): unknown {
  try {
    return JSON.parse((entry ?? '').replace(/^file \d+ /, ''));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The part of a value that has the shape of another: its keys and items, in the value's own order. */
function restricted(value: unknown, shape: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(shape)) {
    const wanted = new Set(shape.map((item) => JSON.stringify(item)));
    return value.filter((item) => wanted.has(JSON.stringify(item)));
  }
  if (!isObject(value) || !isObject(shape)) return value;
  const keys = Object.keys(value).filter((key) => key in shape);
  return Object.fromEntries(keys.map((key) => [key, restricted(value[key], shape[key])]));
}

/** Both objects' values, the first's keys before the second's; lists are joined. */
function together(first: unknown, second: unknown): unknown {
  if (Array.isArray(first) && Array.isArray(second)) return [...first, ...second];
  if (!isObject(first) || !isObject(second)) return first ?? second;
  const keys = new Set([...Object.keys(first), ...Object.keys(second)]);
  return Object.fromEntries([...keys].map((key) => [key, together(first[key], second[key])]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
