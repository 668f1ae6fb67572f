// Package customer keeps the people who visit a business. A customer belongs to
// one business; the same name and phone number is the same customer there.
//
// It owns customers, customer_words, customer_tags, customer_notes and
// customer_consents. A booking keeps the names and addresses that it was made
// with (Guest): a later booking never redirects an earlier one's mail.
//
// Invariants: each customer is found by the words of what is now known of them,
// and by nothing else; notes and birth dates are sealed with the key of the
// business, bound to their row; no allergy or health note is read without an
// audit entry in the same transaction; a record that was merged into another
// keeps nothing but the identity by which bookings find the other, and never
// stands in a chain; a record that was erased keeps no word of the person, only
// the visits.
package customer
