/** The commands `resolve`, `lookup` and `query`: one question each, which ends with its answer. */
import type { Task } from './arguments.js';
import { hostResult, instanceResult, recordResult } from './print.js';
import { type Session, unusable } from './session.js';
import type { Result } from './text.js';

export type Question = Extract<Task, { command: 'resolve' | 'lookup' | 'query' }>;

export async function ask(session: Session, question: Question): Promise<void> {
  for (const result of await Promise.race([answers(session, question), unusable(session)])) session.out.result(result);
}

async function answers({ mdns, stop }: Session, question: Question): Promise<readonly Result[]> {
  const options = { timeout: question.timeout, signal: stop };
  switch (question.command) {
    case 'resolve':
      return [instanceResult({ event: 'up', instance: await mdns.resolve(question.name, question.type, options) })];
    case 'lookup':
      return [hostResult(await mdns.lookup(question.host, options))];
    case 'query':
      return (await mdns.query(question.name, question.type, options)).map(recordResult);
  }
}
