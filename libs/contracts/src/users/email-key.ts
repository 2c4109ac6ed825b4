/** The form in which emails are compared: without case. The email itself is kept as it was given. */
export function emailKey(email: string): string {
  return email.normalize('NFC').toLowerCase();
}
