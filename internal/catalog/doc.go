// Package catalog is what a business offers and with what: services with their
// options, requirements, hours and prices, under categories and in sets, and the
// resources that serve them, staff by their ranks.
//
// It owns resources, resource_joins, staff_ranks, services, service_options, service_option_links,
// requirements, service_hours, service_prices, service_categories and
// service_sets. Invariants: a service that can be booked has at least one
// requirement, because what occupies nothing could be sold without end; the
// resources that a requirement lists exist and are of its kind; what bookings
// may speak of is archived (inactive), never deleted. Every change makes a new
// version of the business's schedule.
package catalog
