import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import * as z from 'zod';
import { type Responder, startApi } from '../../../src/probe/api.ts';
import { type Cast, type Part, playCast } from './cast.ts';
import { type World, withKey, withVariant } from '../claude.ts';
import { sessionEnvironment } from './run-session.ts';

const taskSchema = z.looseObject({
  id: z.string(),
  subject: z.string(),
  description: z.string(),
  status: z.string(),
  owner: z.string().optional(),
  blocks: z.array(z.string()),
  blockedBy: z.array(z.string()),
});
export type StoredTask = z.infer<typeof taskSchema>;

/** A variant with a project of its own, whose sessions are played by casts. */
export interface Stage {
  project: string;
  configDir: string;
  /** What quick reported. */
  // The document has a shape of its own for each command.
  // oxlint-disable-next-line typescript/no-explicit-any
  data: any;
  /** Runs one `-p` session through the launcher. */
  play(prompt: string, parts: readonly Part[], options?: PlayOptions): Promise<Played>;
  /** The project's task list as it lies on disk, in the order of the ids. */
  tasks(): Promise<StoredTask[]>;
}

interface PlayOptions {
  environment?: Record<string, string>;
  /** What may be done without asking, as rules. */
  allowed?: string;
  /** Ends the session at once when it fires, as if the machine had stopped. */
  cut?: AbortSignal;
}

export interface Played extends Pick<Cast, 'performances'> {
  stdout: string;
  stderr: string;
  exitCode: number | undefined;
}

/** What workers may do without asking, unless a session says otherwise. */
const usual = 'Write,Edit,Bash(echo:*),Bash(true),Bash(test:*)';

/**
 * Makes a variant of a version, talking to an API of ours, for `act`: through its launcher, with
 * its own configuration, hooks and skills, as a user would have it.
 */
export async function withStage<T>(
  world: World,
  name: string,
  args: readonly string[],
  act: (stage: Stage) => Promise<T>,
): Promise<T> {
  let responder: Responder = () => ({ type: 'text', text: 'ok' });
  let failures: unknown[] = [];
  const api = await startApi((request, index) => responder(request, index), {
    onFailure: (error) => failures.push(error),
  });
  const project = join(world.home, `project-${name}`.replaceAll('.', '-'));
  await mkdir(join(project, '.git'), { recursive: true });
  try {
    return await withVariant(
      withKey(world),
      name,
      ['--provider', 'mirror', '--base-url', api.url, '--api-key-env', 'TEST_KEY', ...args],
      (data) =>
        act({
          project,
          configDir: data.configDir,
          data,
          tasks: () => readTasks(data.configDir),
          play: async (prompt, parts, options = {}) => {
            const cast = playCast(parts);
            responder = cast.responder;
            failures = [];
            const { stdout, stderr, exitCode } = await execa(
              data.launcher,
              ['-p', prompt, '--allowedTools', options.allowed ?? usual],
              {
                cwd: project,
                env: {
                  ...sessionEnvironment(world, data.bundle.kind, api.url),
                  ...options.environment,
                },
                extendEnv: false,
                reject: false,
                stdin: 'ignore',
                timeout: 240_000,
                killSignal: 'SIGKILL',
                ...(options.cut && { cancelSignal: options.cut }),
              },
            );
            // What a step expected and did not find says more than how the session went on.
            if (failures.length > 0) throw failures[0];
            return { stdout, stderr, exitCode, performances: cast.performances };
          },
        }),
    );
  } finally {
    await api.close();
  }
}

async function readTasks(configDir: string): Promise<StoredTask[]> {
  const lists = await readdir(join(configDir, 'tasks'));
  const [list, ...others] = lists;
  if (list === undefined || others.length > 0) throw new Error(`task lists: ${lists.join(', ')}`);
  const files = await readdir(join(configDir, 'tasks', list));
  const texts = await Promise.all(
    files
      .filter((file) => file.endsWith('.json'))
      .map((file) => readFile(join(configDir, 'tasks', list, file), 'utf8')),
  );
  return texts
    .map((text) => taskSchema.parse(JSON.parse(text)))
    .toSorted((a, b) => Number(a.id) - Number(b.id));
}
