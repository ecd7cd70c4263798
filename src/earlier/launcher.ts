/**
 * Whether a command file's text is the launcher that an earlier cc-mirror wrote for the variant
 * `name`. The beginning of the file will do. Known shapes: a bash script (Linux and macOS, all
 * versions); on Windows a `.cmd` that sets variables, or a `.cmd` of three lines that starts the
 * `.mjs` next to it, and that `.mjs`. All but the three lines name the variant's `config` and
 * `tweakcc` folders in consecutive lines.
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
  /** The lines that name the variant's folder; null: none does. */
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
    // The strings are JSON, so backslashes of a Windows path are doubled.
    folder: {
      config: /^const configDir = "(.+?)(?:\/|\\\\)config";$/,
      tweakcc: /^const tweakDir = "(.+?)(?:\/|\\\\)tweakcc";$/,
    },
  },
];

function lastPart(folder: string | undefined): string | undefined {
  return folder?.split(/[/\\]+/).at(-1);
}
