package sim_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/notify/email"
)

// post is the mail server: it takes what is sent, or does what mail servers do.
type post struct {
	w     *world
	sent  map[string]int          // by the mail's own id: how often it was accepted
	twice map[string]bool         // whose sender could not know that they were
	all   map[string][]email.Mail // to people of the house, by address
	died  bool                    // the worker died right after the last one
}

// Send is part of email.Sender.
func (p *post) Send(_ context.Context, m email.Mail) error {
	w := p.w
	if p.house(m) { // they look for their mail until it is there, and are no part of the year
		p.sent[m.ID]++
		p.all[m.To] = append(p.all[m.To], m)
		p.note(m, "accepted")
		return nil
	}
	if w.trouble(0.5) {
		p.note(m, "refused for now")
		return &email.Error{Stage: "recipient", Code: 451, Enhanced: "4.7.1"}
	}
	if w.trouble(0.2) {
		p.note(m, "refused for good")
		return &email.Error{Stage: "recipient", Code: 550, Enhanced: "5.1.1", Permanent: true}
	}
	p.sent[m.ID]++
	if w.trouble(0.7) {
		p.note(m, "accepted, and nobody knew")
		p.twice[m.ID] = true
		return &email.Error{Stage: "answer", Unsure: true}
	}
	if w.trouble(0.7) {
		p.note(m, "accepted, and the worker died")
		p.twice[m.ID], p.died = true, true
		panic(died{})
	}
	p.note(m, "accepted")
	return nil
}

func (p *post) house(m email.Mail) bool { return strings.HasSuffix(m.To, "@house.example") }

func (p *post) note(m email.Mail, outcome string) {
	p.w.journal.add(fmt.Sprintf("%s mail to %s: %s %q: %s", stamp(p.w.clock.Now()), m.To, m.Language, m.Subject, outcome))
}

// link is what follows the word in a mail to the address, up to white space; the
// latest that has it.
func (p *post) link(to, word string) (token string) {
	for _, m := range p.all[to] {
		if _, rest, found := strings.Cut(m.Text, word); found {
			token = strings.Fields(rest)[0]
		}
	}
	if token == "" {
		p.w.fail("no %q in the mails to %s", word, to)
	}
	return token
}
