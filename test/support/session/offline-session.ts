import { startApi } from '../../../src/probe/api.ts';
import { quiet, runEnvironment } from '../../../src/probe/run-environment.ts';
import { runInGroup } from '../../../src/probe/run-in-group.ts';
import { mainRequest } from '../../../src/probe/offer.ts';
import { runTimeLimit } from '../../../src/probe/time-limits.ts';
import { withWorkspace } from '../../../src/probe/workspace.ts';

/**
 * Prints the names of the tools that one `-p` session of a program sends, as JSON, without what every
 * run sets to keep traffic down. Only to be run where nothing but the loopback can be reached.
 * Arguments: the program, with Node.js in front for a JavaScript build.
 */
const [command = '', ...script] = process.argv.slice(2);
const api = await startApi(() => ({ type: 'text', text: 'ok' }));
const never = new AbortController().signal;
const run = await withWorkspace({}, (workspace) => {
  const env = runEnvironment({
    baseUrl: api.url,
    folders: workspace,
    platform: process.platform,
    host: process.env,
    variables: {
      ENABLE_TOOL_SEARCH: 'false',
      CLAUDE_CODE_ENABLE_TASKS: '1',
      CLAUDE_CODE_ENABLE_TODO_TOOLS: '1',
      CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS: '1',
    },
  });
  for (const name of Object.keys(quiet)) delete env[name];
  return runInGroup({
    command,
    args: [...script, '-p', 'hi'],
    cwd: workspace.project,
    env,
    timeoutMs: runTimeLimit,
    stop: never,
    abort: never,
  });
});
await api.close();
const tools = mainRequest(api.requests)?.body.tools;
if (tools === undefined) throw new Error(`no tools were sent: ${JSON.stringify(run)}`);
process.stdout.write(JSON.stringify(tools.map(({ name }) => name)));
