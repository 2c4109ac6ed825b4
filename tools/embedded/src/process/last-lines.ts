import { open } from 'node:fs/promises';

const TAIL_BYTES = 16_384;

/** The last lines of a text file that are not empty; none when the file cannot be read. */
export async function lastLines(file: string, count = 15): Promise<string[]> {
  try {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      const { buffer, bytesRead } = await handle.read({
        buffer: Buffer.alloc(TAIL_BYTES),
        position: Math.max(0, size - TAIL_BYTES),
      });
      const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
      return lines.filter((line) => line.trim() !== '').slice(-count);
    } finally {
      await handle.close();
    }
  } catch {
    return [];
  }
}
