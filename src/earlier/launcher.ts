/**
 * Whether a command file's text is the launcher that an earlier cc-mirror wrote for the variant
 * `name`. The beginning of the file is enough. Known shapes: a bash script (Linux and macOS, all
 * versions), and on Windows a `.cmd` with the variables in it, or a `.cmd` of three lines that
 * starts the `.mjs` beside it, and that `.mjs`. Each but the three lines names the variant's own
 * `config` and `tweakcc` folders, one after the other.
 */
export function earlierLauncher(text: string, name: string): boolean {
  const lines = text.split(/\r?\n/, 16);
  const shape = shapes.find(({ start }) => start.every((line, at) => lines[at] === line));
  if (shape === undefined) return false;
  if (shape.folder === null) return lines[shape.start.length] === `node "%~dp0${name}.mjs" %*`;
  const { config, tweakcc } = shape.folder;
  const at = lines.findIndex((line) => config.test(line));
  const [configDir, tweakDir] = [config.exec(lines[at] ?? ''), tweakcc.exec(lines[at + 1] ?? '')];
  return configDir !== null && configDir[1] === tweakDir?.[1] && lastPart(configDir[1]) === name;
}

interface Shape {
  start: string[];
  /** The variant's folder, as the lines that name it have it; null: they do not. */
  folder: { config: RegExp; tweakcc: RegExp } | null;
}

const shapes: readonly Shape[] = [
  {
    start: ['#!/usr/bin/env bash', 'set -euo pipefail'],
    folder: {
      config: /^export CLAUDE_CONFIG_DIR="(.+)[/\\]config"$/,
      tweakcc: /^export TWEAKCC_CONFIG_DIR="(.+)[/\\]tweakcc"$/,
    },
  },
  {
    start: ['@echo off', 'chcp 65001 >nul 2>&1', 'setlocal EnableDelayedExpansion'],
    folder: {
      config: /^set "CLAUDE_CONFIG_DIR=(.+)[/\\]config"$/,
      tweakcc: /^set "TWEAKCC_CONFIG_DIR=(.+)[/\\]tweakcc"$/,
    },
  },
  { start: ['@echo off', 'setlocal'], folder: null },
  {
    start: ["import fs from 'node:fs';", "import path from 'node:path';"],
    // The strings are JSON, in which a Windows path has two backslashes for each.
    folder: {
      config: /^const configDir = "(.+?)(?:\/|\\\\)config";$/,
      tweakcc: /^const tweakDir = "(.+?)(?:\/|\\\\)tweakcc";$/,
    },
  },
];

function lastPart(folder: string | undefined): string | undefined {
  return folder?.split(/[/\\]+/).at(-1);
}
