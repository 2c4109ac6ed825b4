export interface Projection {
  readonly name: string;
}

export const applied = new Set<Projection>();
