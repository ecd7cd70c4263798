import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { refuseTemporary, withTemporary } from '../disk/temporary.ts';
import { CcMirrorError, systemCode } from '../errors.ts';
import { dummyKey, type RunFolders } from './run-environment.ts';
import { runSettings, runVariables } from './run-settings.ts';
import { type ProjectFile, plainSettings } from './plain-settings.ts';

/** The folders of a run: absolute paths without links. */
export interface Workspace extends RunFolders {
  project: string;
}

export interface WorkspaceOptions {
  /** A folder of `<name>/SKILL.md`. */
  skills?: string | undefined;
  /** A folder of agent files, `<name>.md`. */
  agents?: string | undefined;
  /** The content of settings.json; what would run the user's programs or leave the loopback is dropped. */
  settings?: Readonly<Record<string, unknown>> | undefined;
  /** `env` of .claude.json, which builds apply as they do that of settings.json. */
  stateEnv?: unknown;
  /** Settings files of the project that the session is started in; the run gets their plain data. */
  project?: readonly ProjectFile[] | undefined;
}

/**
 * Creates a temporary home, config folder and project in which no dialog appears, passes them to
 * `use`, and deletes them afterwards, even if `use` throws. Several runs can share a workspace.
 */
export async function withWorkspace<T>(
  options: WorkspaceOptions,
  use: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  return withTemporary('probe', async (root) => {
    const workspace = {
      home: join(root, 'home'),
      config: join(root, 'config'),
      temporary: join(root, 'tmp'),
      project: join(root, 'project'),
    };
    await fill(workspace, options).catch(refuseTemporary);
    return use(workspace);
  });
}

/** Failures that only the folder written to can cause. */
const ofTarget = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EFBIG']);

async function fill(workspace: Workspace, options: WorkspaceOptions): Promise<void> {
  const { home, config, temporary, project } = workspace;
  await Promise.all([home, config, temporary, project].map((folder) => mkdir(folder)));
  await writeFile(
    join(config, '.claude.json'),
    JSON.stringify({ ...accepted(project), env: runVariables(options.stateEnv) }),
  );
  await writeFile(
    join(config, 'settings.json'),
    JSON.stringify(runSettings(options.settings ?? {})),
  );
  for (const file of options.project ?? []) await placeSettings(project, file);
  await copyFolder('skills', options.skills, config);
  await copyFolder('agents', options.agents, config);
}

async function placeSettings(project: string, { place, settings }: ProjectFile): Promise<void> {
  const path = join(project, place);
  await mkdir(dirname(path), { recursive: true });
  // Builds take the folder with this for the top of a repository.
  if (place.startsWith('..')) await mkdir(join(project, '..', '.git'), { recursive: true });
  await writeFile(path, JSON.stringify(plainSettings(settings)));
}

/** Answers the dialogs in advance: onboarding, trust in the folder, use of the key. */
function accepted(project: string) {
  const trusted = { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true };
  return {
    hasCompletedOnboarding: true,
    projects: { [project]: trusted, [project.replaceAll('\\', '/')]: trusted },
    customApiKeyResponses: { approved: [dummyKey.slice(-20)], rejected: [] },
  };
}

async function copyFolder(kind: string, from: string | undefined, config: string): Promise<void> {
  if (from === undefined) return;
  try {
    await cp(from, join(config, kind), { recursive: true, dereference: true });
  } catch (error) {
    if (ofTarget.has(systemCode(error) ?? '')) throw error;
    throw new CcMirrorError(
      systemCode(error) === 'ENOENT' ? 'no-such-path' : 'storage',
      `The ${kind} folder ${from} could not be copied (${systemCode(error) ?? String(error)}).`,
      'Check that the folder exists and that you can read every file in it.',
      { cause: error },
    );
  }
}
