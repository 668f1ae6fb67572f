// Package jobs is background work: rows of the same transaction as what they
// follow from, worked at least once by River in any process, so that every
// worker must bear being run twice.
//
// Queues are by urgency, so that none starves another. A job's arguments hold
// ids only, never personal data.
package jobs
