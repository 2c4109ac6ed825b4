import { UserListRow } from '../users/user-list.table.js';

export const project = () => new UserListRow();
