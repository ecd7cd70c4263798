import { systemCode } from '../../errors.ts';
import type { CommandContext } from '../cli/command.ts';

/** Where a session would be started; the user's home where the folder is gone. */
export function currentFolder({ userHome }: Pick<CommandContext, 'userHome'>): string {
  try {
    return process.cwd();
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return userHome;
  }
}
