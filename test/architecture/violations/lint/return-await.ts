async function append(): Promise<void> {}

export async function handle(): Promise<void> {
  try {
    return append();
  } catch {
    return undefined;
  }
}
