import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Has the user of a variant trust a folder, as the dialog at the first start there would. */
export async function trust(configDir: string, project: string): Promise<void> {
  const path = join(configDir, '.claude.json');
  const state: object = JSON.parse(await readFile(path, 'utf8'));
  const projects = { [project]: { hasTrustDialogAccepted: true } };
  await writeFile(path, JSON.stringify({ ...state, projects }));
}
