import { getContainerRuntimeClient, getReaper } from 'testcontainers';

/**
 * Starts the helper that removes the containers of a killed test run. Where its image cannot be had, the tests
 * run without it, and only an orderly end removes the containers.
 */
export async function startReaperIfPossible(): Promise<void> {
  try {
    await getReaper(await getContainerRuntimeClient());
  } catch {
    process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
  }
}
