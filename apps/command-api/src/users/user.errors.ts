import { DomainError } from '@eventfleet/contracts';

export class UserAlreadyExists extends DomainError {
  constructor() {
    super('user-already-exists', 'this id is used, or was used by a deleted user');
  }
}

export class UserNotFound extends DomainError {
  constructor() {
    super('user-not-found', 'there is no user with this id');
  }
}

export class EmailAlreadyTaken extends DomainError {
  constructor() {
    super('email-already-taken', 'another user has this email');
  }
}
