export class UserNotFound extends Error {}
