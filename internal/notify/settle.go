package notify

import (
	"context"
	"fmt"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// A worker that dies at the last attempt leaves a job that is given up and a
// message that still says that it is being sent, or waits. Arguments that name no
// message are passed over.
var settleDead = pg.Register("notify.settle_dead",
	`UPDATE messages m SET status = 'failed', last_error = CASE m.status WHEN 'sending' THEN 'outcome unknown' ELSE 'given up' END
	 FROM (SELECT DISTINCT CASE WHEN args ->> 'business_id' ~ '`+uuidPattern+`' THEN (args ->> 'business_id')::uuid END AS business_id,
	           CASE WHEN args ->> 'message_id' ~ '`+uuidPattern+`' THEN (args ->> 'message_id')::uuid END AS id
	       FROM river_job WHERE kind = 'message.send' AND state IN ('discarded', 'cancelled')) j
	 WHERE m.business_id = j.business_id AND m.id = j.id AND m.status IN ('queued', 'sending')
	   AND NOT EXISTS (SELECT FROM river_job r WHERE r.args @> jsonb_build_object('message_id', j.id)
	       AND r.state IN ('available', 'pending', 'retryable', 'running', 'scheduled'))`)

const uuidPattern = `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`

// Settle gives the messages of all businesses whose jobs died with their workers
// the fate that these could not record: they failed, for everybody to see. It
// returns how many, and does nothing to a message that a job still stands for.
// The platform's trail tells of it.
func (s *Service) Settle(ctx context.Context) (int64, error) {
	var settled int64
	err := s.o.DB.InPlatform(ctx, func(tx *pg.Tx) error {
		var err error
		if settled, err = tx.Exec(ctx, settleDead); err != nil || settled == 0 {
			return err
		}
		now := s.o.Clock.Now()
		audit.AppendPlatform(tx.Batch(), audit.PlatformEntry{
			ID: id.New[audit.PlatformEntry](now), At: now, Actor: tenant.Worker(), Action: "messages.settled", Subject: "messages",
			Detail: map[string]any{"messages": settled},
		})
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("settle messages of dead jobs: %w", err)
	}
	return settled, nil
}
