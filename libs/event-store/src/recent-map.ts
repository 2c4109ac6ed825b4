/**
 * Values by key, bounded: those that were set or read last stay, half of `max` at least. There are two generations, and the
 * older one goes as a whole: to note each use, as an LRU cache does, costs several times as much.
 */
export class RecentMap<Value> {
  private recent = new Map<string, Value>();
  private earlier = new Map<string, Value>();

  constructor(private readonly max: number) {}

  get(key: string): Value | undefined {
    const value = this.recent.get(key);
    if (value !== undefined) return value;
    const older = this.earlier.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: string, value: Value): void {
    if (this.recent.size >= this.max / 2) {
      this.earlier = this.recent;
      this.recent = new Map();
    }
    this.recent.set(key, value);
  }

  clear(): void {
    this.recent.clear();
    this.earlier.clear();
  }
}
