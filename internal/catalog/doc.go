// Package catalog is what a business offers and with what: services with their
// options and requirements, and the resources that serve them.
//
// It owns resources, services, service_options, service_option_links and
// requirements. Invariants: a service that can be booked has at least one
// requirement, because what occupies nothing could be sold without end; the
// resources that a requirement lists exist and are of its kind; what bookings
// may speak of is archived (inactive), never deleted. Every change makes a new
// version of the business's schedule.
package catalog
