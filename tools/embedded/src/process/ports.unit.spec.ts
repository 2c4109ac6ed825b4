import { createServer } from 'node:net';
import { freePort, requireFreePort } from './ports.js';

describe('ports', () => {
  it('finds one on which nobody listens', async () => {
    await expect(requireFreePort('kafka', await freePort(), 'PORT')).resolves.toBeUndefined();
  });

  it('finds none twice, though nobody listens there yet', async () => {
    const ports = await Promise.all(Array.from({ length: 1_000 }, () => freePort()));
    expect(new Set(ports).size).toBe(ports.length);
  });

  it('names the variable that chooses another one, when it is taken', async () => {
    const port = await freePort();
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(port, '127.0.0.1', resolve));

    await expect(requireFreePort('kafka', port, 'EVENTFLEET_KAFKA_PORT')).rejects.toThrow(
      `kafka did not start: port ${port} is taken; free it, or choose another one with EVENTFLEET_KAFKA_PORT`,
    );

    holder.close();
  });

  it('names HOST where the address is wrong, and calls no port taken that is free', async () => {
    const asked = requireFreePort('command-api', await freePort(), 'COMMAND_API_PORT', 'nonsense.invalid');
    await expect(asked).rejects.toThrow(
      /^command-api did not start: it cannot listen on nonsense.invalid \(E\w+\); choose .* with HOST$/,
    );
  });
});
