import type { Command } from 'commander';

/** The options that quick, create and update share. */
export function addVariantOptions(command: Command): Command {
  addCapabilityOptions(command)
    .option('--claude-version <version>', 'Use this Claude Code: auto, latest, installed or X.Y.Z')
    .option('--from <path>', 'Use a package folder, a cli.js or a native executable');
  return addServiceOptions(command)
    .option('--api-key-helper <command>', 'Get the API key from this command each time')
    .option('--key-store <store>', 'Keep the API key in: file, keyring, env or helper')
    .option('--auth <kind>', 'Send the key to a gateway as: bearer or api-key')
    .option('--keep-env <names>', 'Keep these variables of your shell: A,B')
    .option('--env <name=value>', 'Set a variable (repeatable)', collect)
    .option('--unset-env <name>', 'Leave out a variable (repeatable)', collect)
    .option('--header <header>', 'Send a header, "Name: value" (repeatable)', collect)
    .option('--unset-header <name>', 'Stop sending this header (repeatable)', collect)
    .option('--skills <names>', 'Install packs of skills, by name or folder: a,b')
    .option('--no-skills', 'Install no packs')
    .option('--rules', 'Enforce the rules of the packs')
    .option('--no-rules', 'Do not enforce the rules of the packs')
    .option(
      '--default <option>',
      'Take back this option: model, base-url, region, env:NAME, … (repeatable)',
      collect,
    )
    .option(
      '--no-probe',
      'Do not run the result; an earlier proof of the same build and settings still counts',
    )
    .option(
      '--force',
      'Use a name that another command has; with quick, recreate an existing variant',
    );
}

/** The options that `providers test` also takes: which service is asked, with which models and key. */
export function addServiceOptions(command: Command): Command {
  return command
    .option('--region <id>', "Use the provider's address in this region")
    .option('--plan <id>', "Use the provider's address and models for this plan")
    .option('--base-url <url>', 'Use this address, without /v1/messages')
    .option('--model <id>', 'Use this model for everything')
    .option('--model-opus <id>', 'Use this model for the opus tier')
    .option('--model-sonnet <id>', 'Use this model for the sonnet tier')
    .option('--model-haiku <id>', 'Use this model for the haiku tier')
    .option('--api-key-env <variable>', 'Read the API key from this variable')
    .option('--api-key-stdin', 'Read the API key from standard input; ask for it in a terminal');
}

/** The options that `build` also takes: what to turn on, and how. */
export function addCapabilityOptions(command: Command): Command {
  return command
    .option('--tasks', 'Fail if the task tools cannot be turned on')
    .option('--no-tasks', 'Leave the task tools as the build has them')
    .option('--teams', 'Fail if the team tools cannot be turned on')
    .option('--no-teams', 'Leave the team tools as the build has them')
    .option('--flip <when>', 'When to edit the build: auto, always or never');
}

export function collect(value: string, all: string[] = []): string[] {
  return [...all, value];
}
