import { taskListOf } from '../../launcher/task-list.ts';
import { projectOf } from '../../lifecycle/earlier-lists.ts';
import { runningDaemon } from '../../variant/running.ts';
import { type Found, ok, warning } from '../finding.ts';
import type { CheckContext } from '../check-context.ts';

const variable = 'CLAUDE_CODE_TASK_LIST_ID';

/**
 * The task list of background sessions: one process of the variant starts them all and passes on the
 * variables of the session that started it (2.1.332). No finding if none is running.
 */
export async function checkDaemon(context: CheckContext): Promise<Found[]> {
  const { record, places, shared } = context;
  const daemon = await runningDaemon(places);
  if (daemon === null) return [];
  const { pid, cwd, environment } = daemon;
  const begun = `process ${pid}${cwd === null ? '' : `, started in ${cwd}`}`;
  const next = `${record.name} daemon stop --any (this ends running background sessions)`;
  const here = listsHere(context);
  if (environment === null) {
    const same = cwd !== null && projectOf(cwd) === projectOf(shared.folder);
    if (same) return [ok(`background sessions are started by ${begun}`)];
    const message = `background sessions are started by ${begun}: those of ${shared.folder} get its task list, which cannot be read on this system`;
    return [warning(message, next)];
  }
  const list = environment
    .find((one) => one.startsWith(`${variable}=`))
    ?.slice(variable.length + 1);
  if (list !== undefined && here.includes(list)) {
    return [ok(`background sessions are started by ${begun} and use the list ${list}`)];
  }
  const given = list ? `the task list ${list}` : 'no project task list';
  const message = `background sessions are started by ${begun} and get ${given}; in ${shared.folder} it should be ${here[0]}`;
  return [warning(message, next)];
}

/** The possible task lists of sessions in the current folder, likeliest first. */
function listsHere({ record, around, shared }: CheckContext): string[] {
  const { name, env, earlierLists = [] } = record;
  const fixed = env[variable];
  if (fixed !== undefined) return [fixed];
  const project = projectOf(shared.folder);
  const own = taskListOf(name, project);
  const list = earlierLists.includes(project) ? own.replace(/-\d+$/, '') : own;
  const team = around.environment['TEAM'];
  const typed = around.environment[variable];
  return [`${list}${team ? `-${team}` : ''}`, ...(typed ? [typed] : [])];
}
