package api

import (
	"context"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/jobs"
)

// This file is the job queue as operators see it: how its kinds stand, and the
// dead list, of which they have jobs tried anew or give them up.

func (a *API) registerJobsAdmin() {
	register(a, operation{
		ID: "admin-list-job-kinds", Method: http.MethodGet, Path: "/admin/job-kinds", Tags: tagAdmin, Authz: platform(),
		Summary:     "How the jobs of each kind stand",
		Description: "Kinds of which nothing is to be done and nothing was given up are left out.",
	}, a.adminListJobKinds)
	register(a, operation{
		ID: "admin-list-jobs", Method: http.MethodGet, Path: "/admin/jobs", Tags: tagAdmin, Authz: platform(),
		Summary: "Jobs that ended without being done, the last that ended first",
		Description: "`discarded`: every attempt failed; kept for 30 days. `cancelled`: given up at once, because no other attempt could have mended it; kept for 7 days. " +
			"Arguments and the words of errors are not shown: the log has them.",
	}, a.adminListJobs)
	register(a, operation{
		ID: "replay-job", Method: http.MethodPost, Path: "/admin/jobs/{job_id}/replay", Tags: tagAdmin, Authz: platform(),
		Errors: []string{"job.not_dead"}, Summary: "Have a job of the dead list tried anew",
		Description: "It gets as many attempts as a new one, at once. Jobs bear being run twice.",
	}, a.replayJob)
	register(a, operation{
		ID: "discard-job", Method: http.MethodPost, Path: "/admin/jobs/{job_id}/discard", Tags: tagAdmin, Authz: platform(),
		Errors: []string{"job.not_discarded"}, Summary: "Give a job up of which every attempt failed",
		Description: "It goes from `discarded` to `cancelled`, and can be tried anew for 7 days more.",
	}, a.discardJob)
}

// JobKindView is how the jobs of a kind stand.
type JobKindView struct {
	Kind      string     `json:"kind" example:"message.send"`
	Waiting   int64      `json:"waiting" doc:"Could be worked on now"`
	Later     int64      `json:"later" doc:"Have their time, or the pause before another attempt, ahead"`
	Failing   int64      `json:"failing" doc:"Of those that wait or come later: an attempt failed already"`
	Running   int64      `json:"running"`
	Discarded int64      `json:"discarded" doc:"Every attempt failed"`
	Cancelled int64      `json:"cancelled" doc:"Were given up"`
	OldestDue *time.Time `json:"oldest_due_at" doc:"Since when the oldest that waits could be worked on; null when none waits"`
}

func jobKindView(k *jobs.KindTally) JobKindView {
	return JobKindView{k.Kind, k.Waiting, k.Later, k.Failing, k.Running, k.Dead, k.Cancelled, inZone(k.OldestDue, time.UTC)}
}

func (a *API) adminListJobKinds(ctx context.Context, _ *struct{}) (*data[list[JobKindView]], error) {
	kinds, err := a.DeadJobs.Kinds(ctx)
	if err != nil {
		return nil, err
	}
	return whole(kinds, jobKindView), nil
}

// JobView is a job of the dead list.
type JobView struct {
	ID        int64      `json:"id" example:"4711"`
	Kind      string     `json:"kind" example:"message.send"`
	Queue     string     `json:"queue" example:"messages" doc:"Its class of urgency"`
	State     jobs.State `json:"state" enum:"discarded,cancelled"`
	Attempts  int        `json:"attempts" doc:"Since it was queued, or last tried anew"`
	Error     string     `json:"error" example:"timeout" doc:"Class of the last error: a fault's code, panic, timeout, unknown_kind, unreadable_arguments, rescued or error"`
	CreatedAt time.Time  `json:"created_at"`
	EndedAt   time.Time  `json:"ended_at"`
}

func jobView(d *jobs.Dead) JobView {
	return JobView{d.ID, d.Kind, d.Queue, d.State, d.Attempts, d.Error(), d.CreatedAt.UTC(), d.EndedAt.UTC()}
}

type adminJobsInput struct {
	Paging
	State jobs.State `query:"state" enum:"discarded,cancelled" default:"discarded"`
	Kind  string     `query:"kind" maxLength:"100" doc:"All when left out" example:"message.send"`
}

// ended is a position in the dead list.
type ended struct {
	At time.Time `json:"t"`
	ID int64     `json:"i"`
}

func (a *API) adminListJobs(ctx context.Context, in *adminJobsInput) (*data[list[JobView]], error) {
	filter := []any{in.State, in.Kind}
	var at ended
	var before *jobs.Dead
	if more, err := in.after(ctx, a, filter, &at); err != nil {
		return nil, err
	} else if more {
		before = &jobs.Dead{ID: at.ID, EndedAt: at.At}
	}
	rows, err := a.DeadJobs.List(ctx, jobs.DeadFilter{State: in.State, Kind: in.Kind}, before, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return pageOf(ctx, a, in.Paging, filter, rows, jobView, func(d *jobs.Dead) ended { return ended{d.EndedAt, d.ID} })
}

type replayJobInput struct {
	JobID int64 `path:"job_id" minimum:"1"`
	Body  DecisionInput
}

func (a *API) replayJob(ctx context.Context, in *replayJobInput) (*empty, error) {
	return &empty{}, a.DeadJobs.Replay(ctx, actor(ctx), in.JobID, in.Body.Reason)
}

func (a *API) discardJob(ctx context.Context, in *replayJobInput) (*empty, error) {
	return &empty{}, a.DeadJobs.GiveUp(ctx, actor(ctx), in.JobID, in.Body.Reason)
}
