/** Distributes questions and records over packets that fit the link (RFC 6762 sections 7.2 and 17). */

export { firstPackets, type PackedQuery, packQuery, type QueryParts } from './pack-query.js';
export { type PackedResponse, packResponse, type ResponseParts } from './pack-response.js';
