/**
 * Lets everything that crosses the supervisor's boundary be cloned on its way, as it would be between threads: what cannot be
 * cloned throws, and what relies on identity fails.
 */
import { Engine } from '../../src/api/engine.js';

const { send, listen, log } = Engine.prototype;

Engine.prototype.send = function (command) {
  send.call(this, structuredClone(command));
};
Engine.prototype.listen = function (id, listener) {
  return listen.call(this, id, (event) => listener(structuredClone(event)));
};
Engine.prototype.log = function (level, message, details) {
  // The face's own lines, such as those of an error that a user's function threw, stay in their thread.
  const isOfSupervisor = !Object.values(details).some((value) => value instanceof Error);
  log.call(this, level, message, isOfSupervisor ? structuredClone(details) : details);
};
