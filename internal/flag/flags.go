package flag

import "github.com/omotenashi-connect/omotenashi/internal/clock"

// The flags of the program. One whose date has passed is either on for all, and
// goes with the code of its off side, or given up, and goes with the other.
var (
	// BusinessAPIKeys lets owners create API keys.
	BusinessAPIKeys = Define(Flag{
		Name: "business_api_keys", Owner: "platform", Remove: clock.Date{Year: 2027, Month: 9, Day: 30},
		What: "Owners can create API keys, with which other programs act for their business. Keys that exist work on either way.",
	})
)
