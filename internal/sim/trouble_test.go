package sim_test

import (
	"time"
)

// This file is what goes wrong, by the seed's will.

// A commit fails where these sequences say so: what is taken from a sequence
// stays taken when the transaction is rolled back, so that a fault can end.
// The first is a transaction that the server asks to try again, the second a
// server that goes away.
const commitFaults = `
CREATE SEQUENCE sim_again MINVALUE -1000 START 1;
CREATE SEQUENCE sim_gone MINVALUE -1000 START 1;
SELECT nextval('sim_again'), nextval('sim_gone');
CREATE FUNCTION sim_commit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF nextval('sim_again') <= 0 THEN
        RAISE EXCEPTION 'simulated: try again' USING ERRCODE = '40001';
    ELSIF nextval('sim_gone') <= 0 THEN
        RAISE EXCEPTION 'simulated: gone' USING ERRCODE = '57P01';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER sim_commit AFTER UPDATE ON business_seq DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sim_commit();`

// trouble is chance, of something that goes wrong.
func (w *world) trouble(percent float64) bool { return w.chance(percent) }

// armSometimes has the next commits of a business fail, and answers what undoes
// that, should there be none.
func (w *world) armSometimes(percent float64) (disarm func()) {
	w.t.Helper()
	if !w.trouble(percent) {
		return func() {}
	}
	sequence, times := "sim_again", 1+w.rng.IntN(3)
	if w.chance(30) {
		sequence, times = "sim_gone", 1
	}
	w.exec(`SELECT setval($1::regclass, -$2::bigint)`, sequence, times)
	w.tally["armed "+sequence]++
	return func() { w.exec(`SELECT setval($1::regclass, 1)`, sequence) }
}

// troubles are those of a day.
func (w *world) troubles() {
	if w.trouble(4) {
		w.in(w.minutes(0, 1440), func() {
			w.tally["restarts"]++
			w.restart(w.rng.IntN(len(w.nodes)))
		})
	}
	if w.trouble(10) {
		w.in(w.minutes(0, 1440), func() {
			w.tally["caches dropped"]++
			w.nodes[w.rng.IntN(len(w.nodes))].Forget()
		})
	}
	if w.trouble(2) { // nobody works on jobs for a while: the next call finds them all due
		w.in(w.minutes(0, 1440), func() { w.clock.Advance(40 * time.Minute) })
	}
}
