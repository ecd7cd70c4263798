import type { Command } from 'commander';
import { CcMirrorError } from '../../errors.ts';
import type { Balance } from '../../live/ask-balance.ts';
import type { Check } from '../../live/check.ts';
import type { Target } from '../../live/target/target.ts';
import * as z from '../../zod.ts';
import type { CommandContext, CommandResult, Runner } from '../cli/command.ts';
import { addServiceOptions, collect } from '../input/add-options.ts';
import { parseOptions } from '../input/options.ts';

const schema = z.object({
  timeout: z.optional(
    z.coerce
      .number({ error: 'give seconds' })
      .check(
        z.positive({ error: 'give seconds' }),
        z.maximum(3600, { error: 'give 3600 at most' }),
      ),
  ),
});

/** `providers test` and `providers balance`: the only commands that send anything to a provider, with `doctor --live`. */
export function declareTest(command: Command, run: Runner): void {
  for (const [name, description, work] of [
    ['test', 'Send a few small requests to a provider and report what fails', test],
    ['balance', 'Ask for the balance or quota', balance],
  ] as const) {
    addServiceOptions(
      command
        .command(name)
        .description(description)
        .argument('<name>', 'A variant, or the id or alias of a provider'),
    )
      .option('--auth <kind>', 'Send the key to a gateway as: bearer or api-key')
      .option('--env <name=value>', 'Set a parameter of the address (repeatable)', collect)
      .option('--header <header>', 'Send a header, "Name: value" (repeatable)', collect)
      .option(
        '--timeout <seconds>',
        'Wait so long for each answer (default: 60, on this machine 180)',
      )
      .action((named: string, { timeout, ...options }: { timeout?: string }) =>
        run(async (context) => {
          const { timeout: seconds } = parseOptions(schema, { timeout });
          const { namedTarget } = await import('./named-target.ts');
          const target = await namedTarget(named, options, context);
          const patience = seconds === undefined ? undefined : Math.ceil(seconds * 1000);
          return work(target, context, patience);
        }),
      );
  }
}

async function test(
  target: Target,
  context: CommandContext,
  patience: number | undefined,
): Promise<CommandResult> {
  const { provider, baseUrl, variant, name } = target;
  const { testProvider } = await import('../../live/test-provider.ts');
  const { checks, balance: left } = await testProvider(target, { ...context, patience });
  const error = failureOf(checks);
  return {
    data: {
      provider,
      variant,
      baseUrl,
      checks: checks.map(({ id, ok, message, next, ms }) => ({ id, ok, message, next, ms })),
      balance: left?.kind === 'known' ? left.message : null,
    },
    text: [
      `${variant === null ? provider : `${variant} (${provider})`}: ${name} at ${baseUrl}`,
      ...checks.flatMap(checkLines),
      ...(left === null || left.kind === 'unknown' ? [] : [`  balance  ${left.message}`]),
    ].join('\n'),
    ...(error && { error }),
  };
}

async function balance(
  target: Target,
  context: CommandContext,
  patience: number | undefined,
): Promise<CommandResult> {
  const { provider, variant, baseUrl } = target;
  const { testBalance } = await import('../../live/test-provider.ts');
  const left: Balance = await testBalance(target, { ...context, patience });
  const known = left.kind === 'known';
  const data = { provider, variant, baseUrl, balance: known ? left.message : null };
  const next = left.kind === 'unread' ? left.next : undefined;
  return {
    data,
    text: left.kind === 'unknown' ? left.message : `${target.name}: ${left.message}`,
    ...(left.kind === 'unread' && { error: new CcMirrorError('network', left.message, next) }),
  };
}

const idWidth = 'deferred-tools'.length;

/** As doctor's lines: the result, the check, what was seen, and the next step below. */
function checkLines({ id, ok, message, next }: Check): string[] {
  const level = ok === null ? '-' : ok ? 'ok' : 'failed';
  const line = `  ${level.padEnd(6)}  ${id.padEnd(idWidth)}  ${message}`;
  return next === null ? [line] : [line, `${' '.repeat(2 + 6 + 2 + idWidth + 2)}→ ${next}`];
}

/** One failure for all: of the network if nothing could be asked. */
function failureOf(checks: readonly Check[]): CcMirrorError | null {
  const wrong = checks.filter(({ ok }) => ok === false);
  const [first] = wrong;
  if (first === undefined) return null;
  const others = wrong.length > 1 ? ` (and ${wrong.length - 1} more)` : '';
  return new CcMirrorError(
    first.id === 'reachable' ? 'network' : 'probe-failed',
    `${first.id}: ${first.message}${others}`,
    first.next ?? undefined,
  );
}
