import { topic } from '@eventfleet/contracts';
import type { Projection } from '@eventfleet/projections';
import { statementOf } from './user-list.statements.js';
import { UserListRow } from './user-list.table.js';

export const userList: Projection = { name: `${topic}-${UserListRow.name}` };

export const statement = statementOf(userList);
