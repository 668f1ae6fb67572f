// Package customer keeps the people who visit a business. A customer belongs to
// one business; the same name and phone number is the same customer there.
//
// It owns the table customers. A booking keeps the names and addresses that it
// was made with (Guest): a later booking never redirects an earlier one's mail.
package customer
