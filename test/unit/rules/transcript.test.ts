import { spawn } from 'node:child_process';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { callerByTranscript, finalMessage } from '../../../src/rules/transcript.ts';
import { call } from './calls.ts';
import { temporaryFolder } from '../../support/folder.ts';

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
});

const put = (name: string, ...entries: object[]): string => {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  return path;
};
const said = (uuid: string, ...content: object[]) => ({
  type: 'assistant',
  uuid,
  message: { content },
});
const heard = (uuid: string, content: unknown) => ({ type: 'user', uuid, message: { content } });
const text = (words: string) => ({ type: 'text', text: words });
const use = (id: string) => ({ type: 'tool_use', id, name: 'Bash', input: {} });

const caller = (patience = 20) =>
  callerByTranscript(
    call('Bash', {}, { transcript: join(folder, 's.jsonl'), callId: 'toolu_7' }),
    patience,
  );

it('recognises the main session by its transcript', () => {
  put('s.jsonl', heard('1', 'go'), said('2', text('I run it'), use('toolu_6'), use('toolu_7')));
  expect(caller()).toBe('main');
});

it.each(['agent-a1.jsonl', 's/subagents/agent-a1.jsonl'])('recognises a worker by %s', (name) => {
  // Some builds add a worker's calls to the main transcript, as entries of another type.
  const progress = { type: 'progress', uuid: '3', data: { message: said('x', use('toolu_7')) } };
  put(
    's.jsonl',
    said('2', use('toolu_6')),
    progress,
    heard('4', [{ type: 'tool_result', tool_use_id: 'toolu_7' }]),
  );
  put(name, said('2', use('toolu_7')));
  expect(caller()).toBe('worker');
});

it('does not guess the caller', () => {
  expect(caller()).toBe('unknown');
  put('s.jsonl', heard('1', 'what does toolu_7 mean?'), said('2', text('toolu_7')));
  const old = put('agent-old.jsonl', said('2', use('toolu_7')));
  utimesSync(old, new Date(0), new Date(0));
  put('s/subagents/agent-a1.jsonl.kept', said('2', use('toolu_7')));
  expect(caller()).toBe('unknown');
  expect(callerByTranscript(call('Bash'))).toBe('unknown');
});

it('waits for a transcript that is written late', () => {
  const path = put('s.jsonl', heard('1', 'go'));
  const entry = `${JSON.stringify(said('2', use('toolu_7')))}\n`;
  const late = spawn(process.execPath, ['-e', lateWriter, path, entry]);
  expect(caller(10_000)).toBe('main');
  late.kill();
});

// Another process, because this one is blocked.
const lateWriter = "require('fs').appendFileSync(process.argv[1], process.argv[2])";

it('reads the last message, which has an entry for each block', () => {
  const path = put(
    'a.jsonl',
    heard('1', 'go'),
    said('2', use('t')),
    heard('3', [{ type: 'tool_result' }]),
    said('4', { type: 'thinking' }),
    said('5', text('one')),
    said('6', text('two')),
    { type: 'system' },
  );
  expect(finalMessage(path, null, 20)).toEqual({ text: 'one\ntwo', entry: '6' });
  expect(finalMessage(path, '6', 20)).toBeNull();
  expect(finalMessage(put('b.jsonl', said('2', { type: 'thinking' })), null, 20)).toEqual({
    text: '',
    entry: '2',
  });
});

it('finds no last message if the worker has not ended', () => {
  expect(finalMessage(join(folder, 'missing.jsonl'), null, 20)).toBeNull();
  expect(
    finalMessage(put('a.jsonl', said('1', text('x')), heard('2', 'more')), null, 20),
  ).toBeNull();
  expect(finalMessage(put('b.jsonl', said('1', text('x'), use('t'))), null, 20)).toBeNull();
});
