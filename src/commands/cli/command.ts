import type { Command } from 'commander';
import type { Context } from '../../home/context.ts';

/** What a command works with. */
export interface CommandContext extends Context {
  /** Standard input and standard error are terminals, and neither --yes nor --json was given. */
  interactive: boolean;
  json: boolean;
  /** --yes: nothing is asked, as it is meant. */
  yes: boolean;
  shell: string;
}

/** What a command gives back: the document for --json and the text for people. */
export interface CommandResult {
  data: unknown;
  text: string;
  /** A failure that comes with data, as when some of many variants could not be updated. */
  error?: unknown;
}

/** Starts the work of a command: the entry file does what is common to all. */
export type Runner = (work: (context: CommandContext) => Promise<CommandResult>) => Promise<void>;

/** One command: declares its arguments and options, and what runs. */
export type Declare = (command: Command, run: Runner) => void;
