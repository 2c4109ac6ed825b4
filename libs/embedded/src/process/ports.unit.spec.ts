import { createServer } from 'node:net';
import { freePort, isPortFree, requireFreePort } from './ports.js';

describe('ports', () => {
  it('finds one on which nobody listens', async () => {
    await expect(isPortFree(await freePort())).resolves.toBe(true);
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
});
