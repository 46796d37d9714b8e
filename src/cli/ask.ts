/** The commands that ask one question and end with its answer: `resolve`, `lookup`, `query`, `domains` and others. */

import type { WaitOptions } from '../api/options.js';
import { MdnsError } from '../protocol/errors.js';
import type { Task } from './arguments.js';
import { Failure } from './failure.js';
import { confirmedResult, domainResult, hostResult, instanceResult, nameResult, recordResult } from './print.js';
import { type Session, unusable } from './session.js';
import type { Result } from './text.js';

export type Question = Extract<Task, { command: 'resolve' | 'lookup' | 'reverse' | 'query' | 'domains' | 'reconfirm' }>;

export async function ask(session: Session, question: Question): Promise<void> {
  for (const result of await Promise.race([answers(session, question), unusable(session)])) session.out.result(result);
}

async function answers(session: Session, question: Question): Promise<readonly Result[]> {
  const { mdns, stop } = session;
  const options = { timeout: question.timeout, signal: stop };
  switch (question.command) {
    case 'resolve':
      return [instanceResult({ event: 'up', instance: await resolve(session, question, options) })];
    case 'lookup':
      return [hostResult(await mdns.lookup(question.host, options))];
    case 'reverse':
      return (await mdns.reverse(question.address, options)).map((name) => nameResult(question.address, name));
    case 'query':
      return (await mdns.query(question.name, question.type, options)).map(recordResult);
    case 'domains':
      return domains(session, question);
    case 'reconfirm':
      return [await reconfirm(session, question)];
  }
}

function resolve(
  { mdns }: Session,
  { name, type, domain }: Extract<Question, { command: 'resolve' }>,
  wait: WaitOptions,
) {
  return mdns.resolve(name, type, domain === undefined ? wait : { ...wait, domain });
}

async function domains(
  { mdns, stop }: Session,
  { domain, timeout }: Extract<Question, { command: 'domains' }>,
): Promise<readonly Result[]> {
  const found = await mdns.domains({ timeout, signal: stop, ...(domain !== undefined && { domain }) });
  if (found.length > 0) return found.map(domainResult);
  const reason = mdns.status.domains?.find((each) => each.reason)?.reason;
  const where = domain === undefined ? 'The network' : domain;
  throw new Failure(`${where} recommends no domain (${reason ?? 'no answer names one'}).`);
}

/**
 * Asks for the records of the service and for the list that names it. Every host on the link hears the questions, and
 * forgets what stays without an answer (RFC 6762 section 10.5).
 */
async function reconfirm(
  { mdns, stop }: Session,
  { name, type, timeout }: Extract<Question, { command: 'reconfirm' }>,
): Promise<Result> {
  const listing = mdns.browse(type, { resolve: false }).subscribe();
  try {
    return confirmedResult(await mdns.resolve(name, type, { timeout, signal: stop }));
  } catch (error) {
    if (!(error instanceof MdnsError) || error.code !== 'timeout') throw error;
    const others = 'Hosts that have heard the questions forget it.';
    throw new Failure(`${JSON.stringify(name)} has not answered within ${timeout} ms. ${others}`);
  } finally {
    listing.unsubscribe();
  }
}
