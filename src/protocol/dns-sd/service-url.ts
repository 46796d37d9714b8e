/** The URL of a service: the scheme follows from its type, host and port from its SRV record, the path from TXT. */
import type { ServiceInstance } from './instance.js';

interface UrlForm {
  readonly scheme: string;
  /** The port that is left out of the URL. */
  readonly port: number;
  /** The TXT attribute with the path. */
  readonly path?: string;
}

/** By service type: the schemes that IANA lists, and those of what every system opens. */
const forms: Readonly<Record<string, UrlForm>> = {
  '_http._tcp': { scheme: 'http', port: 80, path: 'path' },
  '_https._tcp': { scheme: 'https', port: 443, path: 'path' },
  '_ipp._tcp': { scheme: 'ipp', port: 631, path: 'rp' },
  '_ipps._tcp': { scheme: 'ipps', port: 631, path: 'rp' },
  '_ssh._tcp': { scheme: 'ssh', port: 22 },
  '_sftp-ssh._tcp': { scheme: 'sftp', port: 22, path: 'path' },
  '_ftp._tcp': { scheme: 'ftp', port: 21, path: 'path' },
  '_telnet._tcp': { scheme: 'telnet', port: 23 },
  '_smb._tcp': { scheme: 'smb', port: 445 },
  '_afpovertcp._tcp': { scheme: 'afp', port: 548 },
  '_nfs._tcp': { scheme: 'nfs', port: 2049, path: 'path' },
  '_rfb._tcp': { scheme: 'vnc', port: 5900 },
  '_rdp._tcp': { scheme: 'rdp', port: 3389 },
  '_webdav._tcp': { scheme: 'http', port: 80, path: 'path' },
  '_webdavs._tcp': { scheme: 'https', port: 443, path: 'path' },
  '_rtsp._tcp': { scheme: 'rtsp', port: 554, path: 'path' },
  '_mqtt._tcp': { scheme: 'mqtt', port: 1883 },
};

/**
 * A URL to open, such as `http://printer.local:8080/status`; undefined if the type has none, or the host has
 * characters that a URL cannot have. TXT data is encoded, and changes neither scheme nor host.
 */
export function serviceUrl({ type, host, port, txt }: Pick<ServiceInstance, 'type' | 'host' | 'port' | 'txt'>) {
  const form = forms[type.toLowerCase()];
  // With other characters than letters, digits and hyphens it could look like another host (RFC 3986 section 3.2.2).
  if (form === undefined || port === 0 || !/^[\w-]+(?:\.[\w-]+)*$/.test(host)) return undefined;
  const path = form.path === undefined ? undefined : txt[form.path];
  return `${form.scheme}://${host}${port === form.port ? '' : `:${port}`}${encodedPath(path)}`;
}

/** It begins with one slash, so that nothing of it belongs to the host. */
function encodedPath(path: string | true | undefined): string {
  if (typeof path !== 'string' || path === '') return '/';
  const encoded = encodeURI(path.replace(/\p{Cs}/gu, '\ufffd')).replace(/%25(?=[\da-f]{2})/gi, '%');
  return `/${encoded.replace(/^\/+/, '')}`;
}

/**
 * The first address and the port, such as `198.18.0.7:80` or `[fe80::1%eth0]:80`, the zone included; undefined without
 * an address.
 */
export function hostPort({ addresses: [best], port }: Pick<ServiceInstance, 'addresses' | 'port'>): string | undefined {
  if (best === undefined) return undefined;
  const { address, family, scopeId } = best;
  const zoned = scopeId === undefined ? address : `${address}%${scopeId}`;
  return family === 'ipv6' ? `[${zoned}]:${port}` : `${zoned}:${port}`;
}
