/** What a mail says, ready to be sent. */
export interface MailContent {
  readonly subject: string;
  readonly text: string;
  /** A whole document. */
  readonly html: string;
}

/** Where a user shows that the address is theirs, and until when. */
export interface VerificationLink {
  readonly url: string;
  readonly expiresAt: Date;
}
