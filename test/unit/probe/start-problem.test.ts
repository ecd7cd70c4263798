import { expect, it } from 'vitest';
import { isProgram, startProblem } from '../../../src/probe/start-problem.ts';

const elf = (machine: number) => {
  const head = Buffer.alloc(20);
  head.write('\x7fELF', 'latin1');
  head.writeUInt16LE(machine, 18);
  return head;
};
const machO = Buffer.from('cffaedfe0c000001', 'hex');
const script = Buffer.from('#!/bin/sh\n');

it('accepts only the format of the platform', () => {
  expect(isProgram(elf(62), 'linux', 'x64')).toBe(true);
  expect(isProgram(elf(183), 'linux', 'x64')).toBe(false);
  expect(isProgram(elf(183), 'linux', 'arm64')).toBe(true);
  expect(isProgram(elf(243), 'linux', 'riscv64')).toBe(true);
  expect(isProgram(machO, 'linux', 'x64')).toBe(false);
  expect(isProgram(machO, 'darwin', 'arm64')).toBe(true);
  expect(isProgram(elf(62), 'darwin', 'x64')).toBe(false);
  expect(isProgram(Buffer.from('MZ..'), 'win32', 'x64')).toBe(true);
  expect(isProgram(Buffer.from('MZ..'), 'linux', 'x64')).toBe(false);
  expect(isProgram(script, 'linux', 'x64')).toBe(true);
  expect(isProgram(Buffer.from('echo hi'), 'linux', 'x64')).toBe(false);
  expect(isProgram(Buffer.alloc(0), 'linux', 'x64')).toBe(false);
});

it('accepts the running Node.js, and says why a file cannot start', () => {
  expect(startProblem(process.execPath)).toBeUndefined();
  expect(startProblem('/no/such/program')).toMatchObject({ code: 'ENOENT' });
  expect(startProblem(import.meta.filename)).toMatchObject({ code: 'ENOEXEC' });
});
