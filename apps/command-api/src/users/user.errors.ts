import { DomainError } from '@eventfleet/domain';

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

export class UserNotEncrypted extends DomainError {
  constructor() {
    super('user-not-encrypted', 'events of this user were stored before personal data was encrypted');
  }
}

export class EmailAlreadyTaken extends DomainError {
  constructor() {
    super('email-already-taken', 'another user has this email');
  }
}

export class UserDeactivated extends DomainError {
  constructor() {
    super('user-deactivated', 'the onboarding of this user has failed: only a deletion is possible');
  }
}

export class UserNotPending extends DomainError {
  constructor() {
    super('user-not-pending', 'the user waits for no verification, or for that of another email');
  }
}

export class VerificationTokenInvalid extends DomainError {
  constructor() {
    super('verification-token-invalid', 'the token was not made for this user and email');
  }
}

export class VerificationTokenExpired extends DomainError {
  constructor() {
    super('verification-token-expired', 'the time to verify the email is over');
  }
}
