/** What a search finds. Types alone: the page imports this file too. */

export interface FoundUser {
  readonly id: string;
  /** Null for a user who is deleted, or not in the read table. */
  readonly name: string | null;
  readonly email: string | null;
  readonly because: 'id' | 'email' | 'name' | 'event' | 'correlation';
}

export interface SearchResult {
  readonly users: readonly FoundUser[];
}
