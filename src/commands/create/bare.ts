import { homedir } from 'node:os';
import { layoutOf } from '../../variant/layout.ts';
import { terminalAsker } from './ask-in-terminal.ts';
import { factsOf } from './facts.ts';
import { chooseAction } from './menu.ts';
import { startVariant } from './start.ts';

/** `cc-mirror` alone in a terminal: the words of the command that was chosen, or the status of a variant. */
export async function bare(signal: AbortSignal): Promise<string[] | number> {
  const { env: environment, platform } = process;
  const userHome = environment['HOME'] || homedir();
  const layout = layoutOf({ environment, userHome, platform });
  const facts = await factsOf({ layout, environment });
  const chosen = await chooseAction(layout, facts, terminalAsker(signal));
  return chosen.kind === 'words' ? chosen.words : startVariant(chosen.launcher);
}
