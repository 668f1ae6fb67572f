// Package auth knows people and who they are: accounts, passwords, sessions,
// tokens, and in which businesses they work.
//
// It owns users, sessions, account_messages, the tables of second factors, and
// rate_limits and sign_in_failures; it reads user_businesses.
//
// Invariants:
//   - Nothing that opens a door is stored. Passwords are argon2id hashes. A
//     refresh token is derived from session and generation, and the row keeps
//     its hash; links in mails are derived from what they stand for.
//   - A session is a refresh family. A token presented after its successor was
//     taken ends the family; within ten seconds it gets the very same successor,
//     because the answer may have been lost on the way.
//   - Whether an account exists cannot be told from an answer, nor from the work
//     done for it.
//   - An end of session is noticed at once by the process that made it, and
//     within 30 seconds by the others; so are a disabled account and a changed role.
//   - Guesses are limited over all processes, and nobody is locked out: see
//     docs/adr/0012-limits-of-guesses.md.
//   - Whoever sets a new password ends the other sessions and the other links.
//   - Operators are made by CreateOperator and by nothing else.
package auth
