import { onTestFinished } from 'vitest';

/** Makes the rest of the running test see another `process.platform`. */
export function onPlatform(value: NodeJS.Platform): void {
  const { platform } = process;
  Object.defineProperty(process, 'platform', { value });
  onTestFinished(() => void Object.defineProperty(process, 'platform', { value: platform }));
}
