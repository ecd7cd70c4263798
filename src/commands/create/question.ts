import type { Catalogue } from '../../provider/catalogue.ts';

/**
 * Options of `quick` and `update` by their names, as given or answered so far, and what a question
 * leaves that no option carries.
 */
export interface Options {
  provider?: string;
  name?: string;
  region?: string;
  plan?: string;
  baseUrl?: string;
  auth?: string;
  model?: string;
  modelOpus?: string;
  modelSonnet?: string;
  modelHaiku?: string;
  apiKeyEnv?: string;
  apiKeyStdin?: boolean;
  apiKeyHelper?: string;
  keyStore?: string;
  env?: string[];
  header?: string[];
  tasks?: boolean;
  teams?: boolean;
  /** Packs, separated by commas; false for none. */
  skills?: string | boolean;
  force?: boolean;
  claudeVersion?: string;
  from?: string;
  keepEnv?: string;
  flip?: string;
  rules?: boolean;
  probe?: boolean;
  /** A key that was typed. */
  key?: string;
  keyFrom?: KeyWay;
  modelsFrom?: 'preset' | 'one' | 'tiers';
  /** Which tools to turn on has been answered. */
  toolsChosen?: boolean;
  confirmed?: boolean;
}

/** What the menu asks beside. */
export interface MenuOptions extends Options {
  action?: Action | 'command';
  /** With the action `command`: one that is about no variant. */
  command?: string;
  part?: string;
  /** Where the variant's provider is now. */
  current?: Place;
}

export type Action = 'start' | 'update' | 'doctor' | 'info' | 'change' | 'rollback' | 'remove';

type Place = Pick<Options, 'region' | 'plan' | 'baseUrl'>;

/** A variant in the menu. */
export interface VariantShown {
  name: string;
  provider: string;
  claudeVersion: string;
  launcher: string;
  place: Place;
  /** There is an update to roll back. */
  undoable: boolean;
}

/** How a variant comes by its key. */
export type KeyWay = 'none' | 'file' | 'keyring' | 'variable' | 'command';

/** What questions look up. */
export interface Facts {
  catalogue: Catalogue;
  packs: readonly { id: string; description: string }[];
  environment: Readonly<Record<string, string | undefined>>;
  /** Throws what `quick` says about a name that it refuses. */
  checkName: (name: string) => void;
  /** The paths that a variant of that name gets. */
  pathsOf: (name: string) => { folder: string; launcher: string };
}

/** The answer to a list of several is the values that were chosen. */
export type Answer = string | readonly string[];

export interface Choice {
  value: string;
  label: string;
  /** What kind it is; shown where there is room. */
  group?: string;
  /** Shown beside the choice under the cursor. */
  hint?: string | undefined;
  /** Further words that a search finds it by. */
  words?: string;
}

/** What is shown to the user, free of any terminal. */
export type Asked = {
  message: string;
  /** Shown above it; a command is not broken, for it to be copied. */
  above?: { title: string; lines: readonly string[]; command: { is: string; line: string } };
} & (
  | { kind: 'list'; choices: readonly Choice[]; initial?: string; search?: boolean }
  | { kind: 'several'; choices: readonly Choice[]; initial: readonly string[] }
  | {
      kind: 'text' | 'secret';
      initial?: string | undefined;
      placeholder?: string;
      /** Throws what `quick` says about an answer that it refuses. */
      check(value: string): void | Promise<void>;
    }
);

/** A row of the table of questions. Both functions are pure. */
export interface Question {
  id: string;
  /** What is asked with these options; null if it is answered, or does not arise. Error: `usage`. */
  ask(options: MenuOptions, facts: Facts): Asked | null;
  /** The options that an answer sets; with them, the same is not asked again. */
  take(answer: Answer, options: MenuOptions, facts: Facts): MenuOptions;
}

/** The answer to a question that has one value. */
export function one(answer: Answer): string {
  return typeof answer === 'string' ? answer : (answer[0] ?? '');
}
