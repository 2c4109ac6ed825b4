async function append(): Promise<void> {}

export function handle(events: readonly string[]): void {
  events.forEach(append);
}
