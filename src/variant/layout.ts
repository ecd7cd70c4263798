import { join, resolve } from 'node:path';
import { bindingName, keyProgram, keyScriptName } from '../provider/keyring-names.ts';

/** Where everything is, as absolute paths. Only this file knows the layout on disk. */
export interface Layout {
  /** `$CC_MIRROR_HOME`, by default `~/.cc-mirror`. */
  home: string;
  /** The launchers' folder, which is on PATH or should be. */
  bin: string;
  /** Whether `bin` was given, as an option or in the environment: only then a launcher moves. */
  binChosen: boolean;
  /** Builds as published and as edited, shared by variants. */
  store: string;
  /** The user's own presets. */
  providers: string;
  /** The system for which launchers are written. */
  platform: NodeJS.Platform;
}

/** The paths of one variant. */
export interface VariantLayout {
  folder: string;
  record: string;
  /** What `rollback` needs. */
  previous: string;
  /** One folder per bundle: the current one, the one before, and retired ones. */
  bundles: string;
  /** CLAUDE_CONFIG_DIR */
  config: string;
  settings: string;
  state: string;
  skills: string;
  agents: string;
  /** The rules' program, its configuration, and what it stores about sessions. */
  hooks: string;
  secrets: string;
  /** The headers of requests, which may be secret. */
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

/** Options override the environment, which overrides the defaults. */
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

/** The paths inside a variant's folder, whether it is staged or in place. */
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
