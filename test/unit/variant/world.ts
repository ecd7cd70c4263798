import { join } from 'node:path';
import { silentProgress } from '../../../src/ui/progress.ts';
import { withHome } from '../../../src/home/with-home.ts';
import { installVariant } from '../../../src/lifecycle/install.ts';
import type { Wish } from '../../../src/lifecycle/wish.ts';
import { type Removal, removeVariant } from '../../../src/lifecycle/remove.ts';
import { type Rollback, rollbackVariant } from '../../../src/lifecycle/rollback.ts';
import type { Context } from '../../../src/home/context.ts';
import { layoutOf } from '../../../src/variant/layout.ts';
import { requireVariant } from '../../../src/variant/read-variant.ts';
import type { VariantRecord } from '../../../src/variant/record.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { type FakeClaudeOptions, writeFakeClaude } from '../../support/fake-claude.ts';

/** A user's world made from nothing; it goes when the running test has finished. */
export interface World {
  root: string;
  home: string;
  bin: string;
  /** The package folder of a stand-in for Claude Code. */
  claude: string;
  around: Context;
}

export async function newWorld(options: FakeClaudeOptions = {}): Promise<World> {
  const root = temporaryFolder();
  const claude = join(root, 'claude package');
  await writeFakeClaude(claude, options);
  const environment = { PATH: '' };
  const layout = layoutOf({ environment, userHome: root, platform: 'linux' });
  const around = {
    layout,
    environment,
    userHome: root,
    signal: new AbortController().signal,
    progress: silentProgress,
  };
  return { root, home: layout.home, bin: layout.bin, claude, around };
}

/** Makes a variant of the world's Claude Code, named `one` if nothing else is said. */
export function create(
  world: World,
  wish: Partial<Wish> = {},
  around: Partial<Context> = {},
): Promise<VariantRecord> {
  const whole = { ...world.around, ...around };
  const intent = { command: 'quick', name: wish.name ?? 'one' };
  return withHome(whole, intent, (change) =>
    installVariant(wishOf(world, wish), null, whole, change),
  );
}

/** Brings a variant up to date; `before` changes what is known of it. */
export function update(
  world: World,
  wish: Partial<Wish> = {},
  around: Partial<Context> = {},
  before: Partial<VariantRecord> = {},
): Promise<VariantRecord> {
  const whole = { ...world.around, ...around };
  const name = wish.name ?? 'one';
  return withHome(whole, { command: 'update', name }, async (change) => {
    const current = { ...requireVariant(whole.layout, name), ...before };
    return installVariant({ name, prove: true, force: false, ...wish }, current, whole, change);
  });
}

export function remove({ around }: World, name = 'one'): Promise<Removal> {
  return withHome(around, { command: 'remove', name }, (change) =>
    removeVariant(around.layout, name, change),
  );
}

export function rollback({ around }: World, name = 'one'): Promise<Rollback> {
  return withHome(around, { command: 'rollback', name }, (change) =>
    rollbackVariant(around.layout, name, change),
  );
}

function wishOf({ claude }: World, wish: Partial<Wish> = {}): Wish {
  return {
    name: 'one',
    provider: 'mirror',
    source: { kind: 'path', path: claude },
    prove: true,
    force: false,
    ...wish,
  };
}
