import { join, resolve } from 'node:path';
import { bindingName, keyProgram, keyScriptName } from '../provider/keyring-names.ts';

/** The places everything lies in, absolute. The one declaration of the layout on disk. */
export interface Layout {
  /** `$CC_MIRROR_HOME`, by default `~/.cc-mirror`. */
  home: string;
  /** Where launchers go: a folder that is on PATH, or should be. */
  bin: string;
  /** Whether `bin` was asked for, by option or environment: a launcher moves only then. */
  binChosen: boolean;
  /** Bundles as published and their builds, shared by variants. */
  store: string;
  /** The user's own presets. */
  providers: string;
  /** The system that launchers are written for. */
  platform: NodeJS.Platform;
}

/** The places of one variant. */
export interface VariantLayout {
  folder: string;
  record: string;
  /** What it takes to go back to the state before the last update. */
  previous: string;
  /** One folder for each bundle: that of now, the one before, and those that sessions may run from. */
  bundles: string;
  /** CLAUDE_CONFIG_DIR */
  config: string;
  settings: string;
  state: string;
  skills: string;
  agents: string;
  /** The rules' program, what it was told, and what it remembers of sessions. */
  hooks: string;
  secrets: string;
  /** Headers that may be secret. */
  headers: string;
  /** The program that reads a key from the keyring. */
  keyring: string;
  launcher: string;
}

export interface LayoutInput {
  home?: string | undefined;
  binDir?: string | undefined;
  environment: Readonly<Record<string, string | undefined>>;
  userHome: string;
  platform: NodeJS.Platform;
}

/** Options win over the environment, and that over the defaults. */
export function layoutOf({ home, binDir, environment, userHome, platform }: LayoutInput): Layout {
  const root = resolve(home || environment['CC_MIRROR_HOME'] || join(userHome, '.cc-mirror'));
  const defaultBin = platform === 'win32' ? join(root, 'bin') : join(userHome, '.local', 'bin');
  const chosen = binDir || environment['CC_MIRROR_BIN_DIR'] || undefined;
  const bin = resolve(chosen ?? defaultBin);
  return {
    home: root,
    bin,
    binChosen: chosen !== undefined,
    store: join(root, '.store'),
    providers: join(root, 'providers'),
    platform,
  };
}

export function variantLayout({ home, bin, platform }: Layout, name: string): VariantLayout {
  const launcher = join(bin, platform === 'win32' ? `${name}.cmd` : name);
  return { ...variantFolder(join(home, name)), launcher };
}

/** The places inside a variant's folder, wherever that lies: staged or in place. */
export function variantFolder(folder: string): Omit<VariantLayout, 'launcher'> {
  const config = join(folder, 'config');
  return {
    folder,
    record: join(folder, 'variant.json'),
    previous: join(folder, 'previous.json'),
    bundles: join(folder, 'bundle'),
    config,
    settings: join(config, 'settings.json'),
    state: join(config, '.claude.json'),
    skills: join(config, 'skills'),
    agents: join(config, 'agents'),
    hooks: join(folder, 'hooks'),
    secrets: join(folder, 'secrets'),
    headers: join(folder, 'headers'),
    keyring: join(folder, 'key'),
  };
}

/** The rules' program, in the variant's folder of hooks, and the script that runs it. */
export const rulesProgram = 'rules.cjs';
export const rulesScript = 'rules.sh';

/** The files of a variant's folder `hooks`: the rules' program, what runs it, and what it is told. */
export function rulesPaths(hooks: string): { program: string; script: string; config: string } {
  return {
    program: join(hooks, rulesProgram),
    script: join(hooks, rulesScript),
    config: join(hooks, 'rules.json'),
  };
}

/** The files of a variant's folder `key`: the program that prints the key, the binding that it loads, and what runs it. */
export function keyringPaths(
  keyring: string,
  platform: NodeJS.Platform,
): { program: string; binding: string; script: string } {
  return {
    program: join(keyring, keyProgram),
    binding: join(keyring, bindingName),
    script: join(keyring, keyScriptName(platform)),
  };
}
