import type { Command } from 'commander';
import type { Context } from '../../home/context.ts';

/** What every command gets. */
export interface CommandContext extends Context {
  /** Standard input and standard error are terminals, and neither --yes nor --json was given. */
  interactive: boolean;
  /** --yes: confirm without asking. */
  yes: boolean;
}

/** A command's result: the data for --json and the text for people. */
export interface CommandResult {
  data: unknown;
  text: string;
  /** A partial failure, such as one of several updates. */
  error?: unknown;
}

/** Runs a command's work within the session. */
export type Runner = (work: (context: CommandContext) => Promise<CommandResult>) => Promise<void>;

/** Declares a command's arguments, options and action. */
export type Declare = (command: Command, run: Runner) => void;
