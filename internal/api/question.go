package api

import (
	"context"
	"net/http"

	"github.com/maypok86/otter/v2"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
)

// This file spares the most frequent question of all, which times are free, from
// being read and checked against the document each time: what one address means
// stays the same.

// asked is a question as an address asks it.
type asked struct{ slug, query string }

// question is what it means, all of it checked; the business still has to be found.
type question struct {
	site InSite
	availability.Query
}

const (
	rememberedQuestions = 4096
	longestQuestion     = 256 // bytes; longer ones have options and are rare
)

type questions struct {
	known *otter.Cache[asked, question]
}

func newQuestions() *questions {
	return &questions{known: otter.Must(&otter.Options[asked, question]{MaximumSize: rememberedQuestions})}
}

// ask answers a question that was asked before; false when it is to go the long
// way, which is also what tells what is wrong with it.
func (a *API) ask(w http.ResponseWriter, r *http.Request, c *call) bool {
	if c.op.ID != availabilityID || len(r.URL.RawQuery) > longestQuestion {
		return false
	}
	c.asked = asked{r.PathValue("slug"), r.URL.RawQuery}
	q, ok := a.questions.known.GetIfPresent(c.asked)
	if !ok {
		return false
	}
	raw, err := a.freeTimes(r.Context(), q)
	if err != nil {
		return false
	}
	w.Header()["Content-Type"] = jsonAnswer
	_, _ = w.Write(raw) // the client may be gone
	return true
}

var jsonAnswer = []string{jsonType}

// freeTimes is the answer to a question, as JSON.
func (a *API) freeTimes(ctx context.Context, q question) ([]byte, error) {
	bid, err := q.site.open(ctx, a)
	if err != nil {
		return nil, err
	}
	return a.Availability.AnswerJSON(ctx, bid, q.Query)
}

// remember keeps what the address of the request means.
func (a *API) remember(ctx context.Context, q question) {
	if at := callOf(ctx).asked; at != (asked{}) {
		a.questions.known.Set(at, q)
	}
}
