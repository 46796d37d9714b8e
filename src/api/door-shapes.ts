/** The options of `watch`, `send` and `update`, like those in `option-shapes.ts`. */
import { type ObjectShape, objectOf } from '../protocol/shape/object-reader.js';
import { flag, oneOf, whole } from '../protocol/shape/reader.js';
import * as read from './option-readers.js';
import type { SendOptions, UpdateOptions, WatchOptions } from './options.js';

export const watchShape: ObjectShape<WatchOptions> = {
  of: 'watch',
  example: '{ interfaces: ["eth0"] }',
  fields: { signal: read.signal, interfaces: read.interfaces },
  required: [],
  foreign: { timeout: 'use query(), or a signal' },
};

export const updateShape: ObjectShape<UpdateOptions> = {
  of: 'update',
  example: '{ announce: false }',
  fields: { announce: flag },
  required: [],
  foreign: { silent: 'write announce: false' },
};

export const sendShape: ObjectShape<SendOptions> = {
  of: 'send',
  example: '{ to: { address: "192.0.2.1", port: 5353 } }',
  fields: {
    to: objectOf<NonNullable<SendOptions['to']>>({
      of: '"to"',
      example: '{ address: "192.0.2.1", port: 5353 }',
      fields: { address: read.plainAddress, port: whole(1, 0xffff) },
      required: ['address'],
    }),
    interfaces: read.interfaces,
    family: oneOf(['ipv4', 'ipv6']),
  },
  required: [],
  foreign: { rinfo: 'write "to"', address: 'write to: { address }', port: 'write to: { address, port }' },
};
