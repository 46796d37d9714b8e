/** The command line on a real pseudo-terminal: what a person sees, and what their keys do. */
import { describe, expect, it } from 'vitest';
import { onTerminal, type PtyProgram } from '../../scripts/terminal/pty.js';
import { Neighbours } from './command.js';

interface Terminal extends PtyProgram, AsyncDisposable {}

function start(lan: Neighbours, columns: number, rows: number, ...args: readonly string[]): Terminal {
  const program = onTerminal(lan.argv(...args), columns, rows);
  return { ...program, [Symbol.asyncDispose]: () => Promise.resolve(program.kill()) };
}

const shows = (text: string) => (image: PtyProgram['image']) => image.texts.some((line) => line.includes(text));

describe.runIf(process.platform === 'linux').concurrent('on a terminal', () => {
  it('browse shows what is there, follows it, and leaves the table at its end', async () => {
    await using lan = new Neighbours();
    await using browser = start(lan, 80, 24, 'browse', '--all');
    await browser.until(shows('Browsing for every service on lo (IPv4). Ctrl-C stops.'));
    const web = await lan.publish('日本語 Web', 'http', '8080', '--host', 'till');
    await lan.publish('Print', 'ipp', '631', '--host', 'printer');
    await browser.until(shows('2 services of 2 types'));
    expect(browser.image.cursorIsShown).toBe(false);
    expect(browser.image.texts.slice(1, 4)).toEqual([
      'NAME        TYPE        HOST AND PORT      ADDRESSES  TXT',
      'Print       _ipp._tcp   printer.local:631  127.0.0.1',
      '日本語 Web  _http._tcp  till.local:8080    127.0.0.1',
    ]);
    expect(browser.output()).toContain('\x1b]8;;http://till.local:8080/\x1b\\');
    await web.stop('SIGINT');
    await browser.until(shows('1 service; 日本語 Web is gone: it said goodbye'));
    browser.press('q');
    expect(await browser.ended).toBe(0);
    expect(browser.image.texts).toEqual([
      'NAME   TYPE       HOST AND PORT      ADDRESSES  TXT',
      'Print  _ipp._tcp  printer.local:631  127.0.0.1',
      '1 service',
    ]);
    expect(browser.image.cursorIsShown).toBe(true);
  });

  it('browse without a type says what it does, and Ctrl-C ends it', async () => {
    await using lan = new Neighbours();
    await lan.publish('Web', 'http', '8080', '--host', 'till');
    await using browser = start(lan, 80, 24, 'browse', '--no-color');
    await browser.until(shows('1 service type'));
    expect(browser.image.texts).toEqual([
      'Browsing for service types (--all shows the services) on lo (IPv4). Ctrl-C stop…',
      'TYPE        ITS SERVICES',
      '_http._tcp  mdns-actors browse _http._tcp',
      '1 service type; _http._tcp is new',
    ]);
    const looks = browser.image.lines.flat().map(({ bold, dim, color }) => bold || dim || color !== undefined);
    expect(looks).not.toContain(true);
    browser.press('\x03');
    expect(await browser.ended).toBe(0);
  });

  it('publish shows its phases, and the goodbye', async () => {
    await using lan = new Neighbours();
    await using publisher = start(lan, 80, 24, 'publish', 'Shop', 'veyronns', '2001', '--host', 'till');
    await publisher.until(shows('1 announced'));
    const seen = publisher.output();
    for (const phase of ['probing 1 of 3', 'probing 3 of 3', 'announced']) expect(seen).toContain(phase);
    expect(publisher.image.texts).toEqual([
      'Publishing as till.local on lo (IPv4). Ctrl-C stops.',
      'STATE      NAME  TYPE            HOST AND PORT',
      'announced  Shop  _veyronns._tcp  till.local:2001',
      '1 announced',
    ]);
    publisher.press('\x03');
    expect(await publisher.ended).toBe(0);
    expect(publisher.image.texts).toEqual([
      'STATE      NAME  TYPE            HOST AND PORT',
      'withdrawn  Shop  _veyronns._tcp  till.local:2001',
      '1 withdrawn',
    ]);
  });

  it('discover prints a table, and --json is the same as through a pipe', async () => {
    await using lan = new Neighbours();
    await lan.publish('Web', 'http', '8080', '--host', 'till');
    await using found = start(lan, 80, 24, 'discover', 'http', '--timeout', '4s');
    await using lines = start(lan, 80, 24, 'discover', 'http', '--timeout', '4s', '--json');
    expect([await found.ended, await lines.ended]).toEqual([0, 0]);
    expect(found.image.texts).toEqual([
      'NAME  TYPE        HOST AND PORT    ADDRESSES  TXT',
      'Web   _http._tcp  till.local:8080  127.0.0.1',
      '1 service',
    ]);
    expect(JSON.parse(lines.output())).toMatchObject({ event: 'up', name: 'Web' });
  });
});
