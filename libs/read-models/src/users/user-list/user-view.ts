/** A user as clients see it. Times are RFC 3339, UTC, in milliseconds. */
export interface UserView {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly status: string;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}
