/** Looking at a system in another thread: frames that are not read cost nothing. */
import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Frame, InspectionSource } from '../../src/inspector/frames.js';
import { MOST_UNREAD, RemoteInspection, serveInspection } from '../../src/worker/inspection.js';

class Source implements InspectionSource {
  readonly sinks = new Set<(frame: Frame) => void>();
  readonly refresh = vi.fn();
  readonly view = vi.fn(async () => ({ rows: [] }) as never);

  watch(sink: (frame: Frame) => void): () => void {
    this.sinks.add(sink);
    return () => this.sinks.delete(sink);
  }

  emit(at: number, isWhole = false): void {
    const frame = { at, log: [], packets: [], ...(isWhole && { whole: [] }) } as unknown as Frame;
    for (const sink of this.sinks) sink(frame);
  }
}

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

describe('the end of the system', () => {
  function serve() {
    const { port1, port2 } = new MessageChannel();
    const source = new Source();
    serveInspection(port2, source);
    const frames: number[] = [];
    port1.on('message', ({ frame }: { frame: Frame }) => frames.push(frame.at));
    ends.push(() => port1.close());
    return { source, port: port1, frames };
  }

  it('sends a few frames that are not read, and then a whole one', async () => {
    const { source, port, frames } = serve();
    port.postMessage({ type: 'watch' });
    await vi.waitFor(() => expect(source.sinks.size).toBe(1));
    for (let at = 0; at < 100; at++) source.emit(at);
    await vi.waitFor(() => expect(frames).toHaveLength(MOST_UNREAD));
    expect(source.refresh).not.toHaveBeenCalled();
    port.postMessage({ type: 'frame.read' });
    await vi.waitFor(() => expect(source.refresh).toHaveBeenCalledOnce());
    source.emit(100);
    source.emit(101, true);
    await vi.waitFor(() => expect(frames).toEqual([0, 1, 2, 101]));
  });

  it('looks no more when the port has closed', async () => {
    const { source, port } = serve();
    port.postMessage({ type: 'watch' });
    await vi.waitFor(() => expect(source.sinks.size).toBe(1));
    port.close();
    await once(port, 'close');
    await vi.waitFor(() => expect(source.sinks.size).toBe(0));
  });
});

describe('the end of those who look', () => {
  function connect(source: Source, inspection = new RemoteInspection()): RemoteInspection {
    inspection.connect((port) => serveInspection(port, source));
    ends.push(() => inspection.disconnect());
    return inspection;
  }

  it('gets frames as long as anyone watches, and views', async () => {
    const source = new Source();
    const inspection = connect(source);
    const frames: number[] = [];
    const stop = inspection.watch((frame) => frames.push(frame.at));
    await vi.waitFor(() => expect(source.sinks.size).toBe(1));
    for (let at = 0; at < 10; at++) {
      source.emit(at);
      await vi.waitFor(() => expect(frames).toHaveLength(at + 1));
    }
    expect(await inspection.view({ kind: 'links' })).toEqual({ rows: [] });
    stop();
    await vi.waitFor(() => expect(source.sinks.size).toBe(0));
  });

  it('refuses a view that cannot be had, and one that waits when the system ends', async () => {
    const source = new Source();
    const inspection = connect(source);
    source.view.mockRejectedValueOnce(new Error('broken'));
    await expect(inspection.view({ kind: 'links' })).rejects.toThrow('could not be looked at');
    source.view.mockReturnValueOnce(new Promise(() => {}) as never);
    const waiting = inspection.view({ kind: 'links' });
    await vi.waitFor(() => expect(source.view).toHaveBeenCalledTimes(2));
    inspection.disconnect();
    await expect(waiting).rejects.toThrow('has ended');
    await expect(inspection.view({ kind: 'links' })).rejects.toThrow('No system runs');
  });

  it('goes on with the system that is started next', async () => {
    const [first, second] = [new Source(), new Source()];
    const inspection = connect(first);
    const frames: number[] = [];
    inspection.watch((frame) => frames.push(frame.at));
    await vi.waitFor(() => expect(first.sinks.size).toBe(1));
    inspection.disconnect();
    await vi.waitFor(() => expect(first.sinks.size).toBe(0));
    connect(second, inspection);
    await vi.waitFor(() => expect(second.sinks.size).toBe(1));
    second.emit(5, true);
    await vi.waitFor(() => expect(frames).toEqual([5]));
  });
});
