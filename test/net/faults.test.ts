import { describe, expect, it } from 'vitest';
import { errorCode, faultOf, linkFault, systemError } from '../../src/net/faults.js';

const ipv4 = { interface: { name: 'eth0' }, family: 'ipv4', group: '224.0.0.251', port: 5353 } as const;
const ipv6 = { ...ipv4, family: 'ipv6', group: 'ff02::fb' } as const;

describe('link faults', () => {
  const named = [
    'EADDRINUSE',
    'EADDRNOTAVAIL',
    'ENODEV',
    'ENETUNREACH',
    'EHOSTUNREACH',
    'ENETDOWN',
    'EPERM',
    'EACCES',
    'ENOBUFS',
    'EMFILE',
    'EAFNOSUPPORT',
    'EMSGSIZE',
    'EINVAL',
    'ERR_SOCKET_BAD_PORT',
    'ENOTCONN',
    'EBADF',
    'ECANCELED',
  ];

  it.each(named)('%s names the link, says what it means and what to do', (code) => {
    for (const link of [ipv4, ipv6]) {
      const fault = linkFault(code, link);
      expect(fault.code).toBe(code);
      expect(fault.message).toMatch(new RegExp(`^eth0/${link.family}: ${code}: [a-z].*[.]$`));
      expect(fault.message).not.toContain('unexpected');
    }
  });

  it('tells the port that is taken and the route that is missing', () => {
    expect(linkFault('EADDRINUSE', ipv4).message).toContain('UDP port 5353');
    expect(linkFault('ENETUNREACH', ipv4).message).toContain('ip -4 route add 224.0.0.0/4 dev eth0.');
    expect(linkFault('ENETUNREACH', ipv6).message).toContain('ip -6 route add ff00::/8 dev eth0 table local.');
  });

  it('passes on what the system said where it has no sentence', () => {
    expect(faultOf(Object.assign(new Error('bind EFOO'), { code: 'EFOO' }), ipv4)).toEqual({
      code: 'EFOO',
      message: 'eth0/ipv4: EFOO: an unexpected fault (bind EFOO).',
    });
    expect(faultOf('what?', ipv4).message).toBe('eth0/ipv4: EUNKNOWN: an unexpected fault.');
    expect([errorCode(systemError('ENODEV')), errorCode(new Error('x')), errorCode(undefined)]).toEqual([
      'ENODEV',
      'EUNKNOWN',
      'EUNKNOWN',
    ]);
  });
});
