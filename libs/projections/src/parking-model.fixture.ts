/** What parking must come to for each user, without batches, transactions or processes: events one after the other. */
export class ParkingModel {
  private readonly users = new Map<string, User>();

  /** An event comes from Kafka, maybe again. `isHit` is the bug of the release that runs. */
  receive(id: string, version: number, isHit: IsHit): void {
    const user = this.userOf(id);
    if (version <= user.reached) return;
    if (user.line.length > 0 || isHit(id, version)) user.line.push(version);
    else this.write(user, version);
  }

  mark(id: string, mark: Mark): void {
    const user = this.userOf(id);
    if (user.line.length > 0) user.mark = mark;
  }

  /** The owner acts on what is marked: takes out what is to be discarded, and applies the rest as far as it goes. */
  workOff(isHit: IsHit): void {
    for (const [id, user] of this.users) {
      const { mark } = user;
      if (mark === undefined) continue;
      user.mark = undefined;
      if (mark === 'discard') user.reached = Math.max(user.reached, user.line.shift()!);
      while (user.line.length > 0) {
        const version = user.line[0]!;
        if (version > user.reached) {
          if (isHit(id, version)) break;
          this.write(user, version);
        }
        user.line.shift();
      }
    }
  }

  /** The versions whose effect was applied, in order. */
  written(id: string): readonly number[] {
    return this.userOf(id).written;
  }

  /** The versions that wait, in order. */
  line(id: string): readonly number[] {
    return this.userOf(id).line;
  }

  private write(user: User, version: number): void {
    user.written.push(version);
    user.reached = version;
  }

  private userOf(id: string): User {
    let user = this.users.get(id);
    if (!user) {
      user = { reached: 0, written: [], line: [], mark: undefined };
      this.users.set(id, user);
    }
    return user;
  }
}

export type Mark = 'retry' | 'discard';
export type IsHit = (id: string, version: number) => boolean;

interface User {
  /** The version that is done with: applied, or discarded. */
  reached: number;
  readonly written: number[];
  readonly line: number[];
  mark: Mark | undefined;
}
