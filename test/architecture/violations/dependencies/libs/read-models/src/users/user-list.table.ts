export class UserListRow {}
