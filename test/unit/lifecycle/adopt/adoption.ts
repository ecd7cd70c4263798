import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { type EarlierOptions, writeEarlierVariant } from '../../../support/earlier-variant.ts';
import { type CommandWorld, newCommandWorld } from '../../commands/run.ts';

type Run = Awaited<ReturnType<CommandWorld['json']>>;

/** A world in which an earlier cc-mirror may have left the variant `one`. */
export interface AdoptionWorld extends CommandWorld {
  launcher: string;
  /** A path in the variant's folder. */
  at(...path: string[]): string;
  text(...path: string[]): Promise<string>;
  /** Writes the variant as an earlier cc-mirror left it. */
  make(options?: Partial<EarlierOptions>): Promise<unknown>;
  /** Takes it over with the world's Claude Code. */
  adopt(words?: string[], environment?: Record<string, string>): Promise<Run>;
  /** What a launcher's program says of its environment, with `THEIRS` if it is the earlier program. */
  launched(path?: string): Promise<Record<string, string>>;
}

export async function newAdoptionWorld(): Promise<AdoptionWorld> {
  const world = await newCommandWorld();
  const { home, bin, claude } = world;
  const launcher = join(bin, 'one');
  const at = (...path: string[]): string => join(home, 'one', ...path);
  return {
    ...world,
    launcher,
    at,
    text: (...path) => readFile(at(...path), 'utf8'),
    make: (options) => writeEarlierVariant({ home, bin, name: 'one', ...options }),
    adopt: (words = [], environment = {}) =>
      world.json(['update', 'one', '--adopt', '--from', claude, ...words], environment),
    launched: async (path = launcher) => {
      const env = { PATH: [dirname(process.execPath), '/usr/bin', '/bin'].join(':') };
      const { stdout } = await execa(path, ['env'], { env, extendEnv: false });
      const said: { env?: Record<string, string> } & Record<string, string> = JSON.parse(stdout);
      return typeof said.env === 'object' ? { ...said.env, THEIRS: 'yes' } : said;
    },
  };
}

export async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}
