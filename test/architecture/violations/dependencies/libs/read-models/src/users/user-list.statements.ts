import type { Projection } from '@eventfleet/projections';

export const statementOf = ({ name }: Projection) => `delete from ${name}`;
