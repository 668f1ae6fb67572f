package business

import (
	"strconv"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// TurnTime is how long a table is kept for a party of at most so many persons.
type TurnTime struct {
	MaxParty int `json:"max_party" doc:"For parties of up to so many persons; the last step is for larger ones too" minimum:"1" maximum:"500" example:"2"`
	Minutes  int `json:"minutes" minimum:"15" maximum:"720" multipleOf:"5" example:"90"`
}

// Bounds of turn times.
const (
	maxTurnTimes   = 20
	maxTurnParty   = 500
	minTurnMinutes = 15
	maxTurnMinutes = 720
	turnStep       = 5
)

// TurnFor is how long a table is kept for a party by the shop's turn times; false
// where it has none.
func (s *Settings) TurnFor(party int) (minutes int, ok bool) {
	for _, t := range s.TurnMinutes {
		minutes, ok = t.Minutes, true
		if party <= t.MaxParty {
			break
		}
	}
	return minutes, ok
}

// applyTurns checks the steps, which ascend by the size of the party.
func (in *SettingsInput) applyTurns(b *Business, v *fault.Fields) {
	if in.TurnMinutes == nil {
		return
	}
	const at = "body.turn_minutes"
	list := *in.TurnMinutes
	if !v.Check(len(list) <= maxTurnTimes, at, "too_many", fault.Args{"max": maxTurnTimes}) {
		return
	}
	b.TurnMinutes = make([]TurnTime, len(list))
	for i, t := range list {
		item := at + "[" + strconv.Itoa(i) + "]"
		set(v, item+".max_party", &b.TurnMinutes[i].MaxParty, &t.MaxParty, 1, maxTurnParty)
		set(v, item+".minutes", &b.TurnMinutes[i].Minutes, &t.Minutes, minTurnMinutes, maxTurnMinutes)
		v.Check(t.Minutes%turnStep == 0, item+".minutes", "multiple_of", fault.Args{"step": turnStep})
		if i > 0 {
			v.Check(t.MaxParty > list[i-1].MaxParty, item+".max_party", "above", fault.Args{"min": list[i-1].MaxParty})
		}
	}
}
