package auth

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// job is what a person is in a business.
type job struct {
	tenant.Job
	user     UserID
	business [16]byte
}

// Role is what the person is in the business; false for nothing. A role that was
// taken away elsewhere is believed until ForgetRole is called, and no longer
// than CacheLife; a new member comes in at once.
func (s *Service) Role(ctx context.Context, user UserID, business [16]byte) (tenant.Job, bool, error) {
	j, err := s.roles.get(ctx, string(user[:])+string(business[:]), func(ctx context.Context) (job, bool, error) {
		j := job{user: user, business: business}
		var found bool
		var b pg.Batch
		pg.CollectOne(b.Queue(roleIn, user, business), &j.Job, &found)
		err := s.db.Read(ctx, &b)
		return j, found, err // that there is none is not kept
	})
	if err != nil {
		return tenant.Job{}, false, fmt.Errorf("role: %w", err)
	}
	return j.Job, j.Job.Role != "", nil
}

// NormalEmail is the one spelling of an address by which accounts are found;
// false for what is no address.
func NormalEmail(s string) (string, bool) { return normalEmail(s) }

// VerifyByLink queues the verification of an account's address, for a link that
// was sent there. It does nothing when the address is another one by now, or
// was verified before.
func VerifyByLink(b *pg.Batch, user UserID, email string, now time.Time) {
	b.Queue(verifyEmail, user, email, now)
}

// ForgetRole drops what this process remembers of a person's role in a
// business, after it was changed here or elsewhere.
func (s *Service) ForgetRole(user UserID, business [16]byte) {
	s.roles.drop(func(j job) bool { return j.user == user && j.business == business })
}

// ForgetRoles drops all that this process remembers of roles.
func (s *Service) ForgetRoles() { s.roles.drop(func(job) bool { return true }) }

// CheckPassword asks for the password again before something weighty; a guess
// counts as one. A wrong password is a fault of body.password.
func (s *Service) CheckPassword(ctx context.Context, user UserID, password string, from netip.Addr) error {
	_, err := s.present(ctx, user, password, from, "body.password")
	return err
}
