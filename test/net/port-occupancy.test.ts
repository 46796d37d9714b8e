import { describe, expect, it, vi } from 'vitest';
import { PortOccupancy } from '../../src/net/port-occupancy.js';

describe('port occupancy', () => {
  it('SMH-02 A-66 tries once before the first link, and again only when the last is closed', async () => {
    const isTaken = vi.fn(async () => false);
    const ports = new PortOccupancy(isTaken);
    expect(await Promise.all([ports.acquire('ipv4', 5353), ports.acquire('ipv4', 5353)])).toEqual([false, false]);
    ports.release('ipv4', 5353);
    isTaken.mockResolvedValue(true);
    expect(await ports.acquire('ipv4', 5353)).toBe(false);
    ports.release('ipv4', 5353);
    ports.release('ipv4', 5353);
    expect(isTaken).toHaveBeenCalledTimes(1);
    expect(await ports.acquire('ipv4', 5353)).toBe(true);
    expect(isTaken).toHaveBeenCalledTimes(2);
  });

  it('knows each family and each port by itself', async () => {
    const ports = new PortOccupancy(async (family, port) => family === 'ipv6' && port === 9_999);
    const claims = [ports.acquire('ipv4', 9_999), ports.acquire('ipv6', 9_999), ports.acquire('ipv6', 5353)];
    expect(await Promise.all(claims)).toEqual([false, true, false]);
    ports.release('ipv4', 1);
  });
});
