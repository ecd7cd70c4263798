import { isObject } from '../config/merge.ts';
import { isModel } from '../claude-variables.ts';
import { runSettings } from './run-settings.ts';

/** A settings file of the project that a session is started in. */
export interface ProjectFile {
  /** Absolute. */
  path: string;
  /** Relative to the folder of the session; `..` is the top of its repository. */
  place: '.claude/settings.json' | '.claude/settings.local.json' | '../.claude/settings.local.json';
  settings: Readonly<Record<string, unknown>>;
}

/** Settings and variables that choose programs, services, places or logins. */
const reaching =
  /helper|hook|mcp|plugin|market|auth|credential|login|wrapper|shell|command|program|exec|prefix|host|proxy|url|path|dir|remote|telemetry|^agent$/i;

/** Variables that only Claude Code reads. */
const ofClaude = /^(ANTHROPIC|API|CLAUDE|DISABLE|ENABLE|FORCE|MAX|USE)_/;

/** A word that cannot be a command line, a path or an address. */
const word = /^[\w.,:@+=%*[\]-]*$/;

/**
 * The plain data in a project's settings. The project's author must not decide what a run starts,
 * asks or reads, so whatever names a program, a place or a service is dropped; switches, numbers,
 * words, lists and permission rules stay.
 */
export function plainSettings(
  settings: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const kept = Object.entries(runSettings(settings)).map(([name, value]) => [
    name,
    name === 'env' ? plainVariables(value) : plainValue(name, value),
  ]);
  return Object.fromEntries(kept.filter(([, value]) => value !== undefined));
}

function plainVariables(value: unknown): Record<string, unknown> | undefined {
  return partOf(value, (name, text) => {
    const plain = word.test(String(text)) || isModel(name.toUpperCase());
    return ofClaude.test(name) && !reaching.test(name) && plain ? text : undefined;
  });
}

function plainValue(name: string, value: unknown): unknown {
  if (reaching.test(name)) return undefined;
  if (name === 'permissions' || name === 'skillOverrides') return partOf(value, plainValue);
  if (typeof value === 'string') return word.test(value) ? value : undefined;
  if (typeof value === 'boolean' || typeof value === 'number') return value;
  const list = Array.isArray(value) && value.every((item) => typeof item === 'string');
  return list ? value : undefined;
}

function partOf(
  value: unknown,
  plain: (name: string, value: unknown) => unknown,
): Record<string, unknown> | undefined {
  if (!isObject(value)) return undefined;
  const kept = Object.entries(value).map(([name, item]) => [name, plain(name, item)]);
  const there = kept.filter(([, item]) => item !== undefined);
  return there.length === 0 ? undefined : Object.fromEntries(there);
}
