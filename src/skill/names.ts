/** Whether a skill or an agent may be called so: 1 to 64 of a-z, 0-9 and single hyphens between. */
export function isSkillName(name: string): boolean {
  return /^(?=.{1,64}$)[a-z0-9]+(?:-[a-z0-9]+)*$/u.test(name);
}

/** Whether a path with slashes stays below its folder and can be written on every platform. */
export function isPathBelow(path: string): boolean {
  return path.split('/').every((step) => !['', '.', '..'].includes(step) && !/[\\:\0]/u.test(step));
}
