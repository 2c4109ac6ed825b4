async function append(): Promise<void> {}

export function handle(): void {
  append();
}
