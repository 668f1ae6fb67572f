package notify

import (
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// A deadline at a clock time counts from the business day: 25:30 of the 5th
// belongs to the 5th.
func TestCompose_DeadlineAtAClockTime_IsTold(t *testing.T) {
	t.Parallel()
	for lang, want := range map[locale.Lang]string{
		locale.JA: "お客様によるキャンセルのお手続きは 2026年12月4日(金) 20:00 まで承ります。",
		locale.EN: "You can cancel online until Fri 4 Dec 2026 20:00.",
	} {
		m := bar(booking.EventConfirmed, booking.Confirmed, lang)
		m.Booking.Policy = booking.Policy{CancelNoticeMinutes: 60, CancelCutoff: &business.Cutoff{DaysBefore: 1, Minute: 1200}, Timezone: "Asia/Tokyo"}
		mail, err := forTexts().compose(m)
		if err != nil || !strings.Contains(mail.Text, want) {
			t.Errorf("%s: %v\n%s", lang, err, mail.Text)
		}
	}
}
