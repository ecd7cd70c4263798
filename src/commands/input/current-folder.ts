import { systemCode } from '../../errors.ts';
import type { CommandContext } from '../cli/command.ts';

/** The current folder; the user's home if it no longer exists. */
export function currentFolder({ userHome }: Pick<CommandContext, 'userHome'>): string {
  try {
    return process.cwd();
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return userHome;
  }
}
