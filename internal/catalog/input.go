package catalog

import (
	"slices"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/money"
)

// Longest values in characters.
const (
	MaxName        = 100
	MaxDescription = 2000
)

// Bounds as the database checks them.
const (
	minuteStep   = 5
	maxDuration  = 24 * 60
	maxExtra     = 8 * 60
	maxBuffer    = 4 * 60
	maxPrice     = 100_000_000
	maxFee       = 1_000_000
	maxCapacity  = 200
	maxParty     = 500
	maxPosition  = 100_000
	maxNeeds     = 8
	maxCandidate = MaxResources
	maxExtras    = 100
)

func checkOneOf[T ~string](v *fault.Fields, at string, got T, allowed []T) bool {
	names := make([]string, len(allowed))
	for i, a := range allowed {
		names[i] = string(a)
	}
	return v.Check(slices.Contains(allowed, got), at, "not_allowed", fault.Args{"values": strings.Join(names, ", ")})
}

// set takes a value that was given and notes when it is out of bounds.
func set(v *fault.Fields, at string, dst, src *int, least, most int) {
	if src != nil {
		*dst = *src
		checkBounds(v, at, *src, least, most)
	}
}

func checkBounds[T int | int64](v *fault.Fields, at string, x, least, most T) bool {
	return v.Check(x >= least, at, "too_small", fault.Args{"min": least}) &&
		v.Check(x <= most, at, "too_large", fault.Args{"max": most})
}

// setMinutes is set for lengths of time, which come in steps of five.
func setMinutes(v *fault.Fields, at string, dst, src *int, least, most int) {
	if src != nil {
		*dst = *src
		if checkBounds(v, at, *src, least, most) {
			v.Check(*src%minuteStep == 0, at, "multiple_of", fault.Args{"step": minuteStep})
		}
	}
}

func setMoney(v *fault.Fields, at string, dst *int64, src *money.Money, most int64) {
	if src != nil {
		*dst = src.Amount
		checkBounds(v, at+".amount", src.Amount, 0, most)
		v.Check(src.Currency == money.JPY, at+".currency", "not_allowed", fault.Args{"values": money.JPY})
	}
}

func setParty(v *fault.Fields, least, most *int, wantLeast, wantMost *int) {
	before := v.Len()
	set(v, "body.min_party", least, wantLeast, 1, maxParty)
	set(v, "body.max_party", most, wantMost, 1, maxParty)
	if v.Len() == before {
		v.Check(*least <= *most, "body.max_party", "too_small", fault.Args{"min": *least})
	}
}

func setTrue(dst, src *bool) {
	if src != nil {
		*dst = *src
	}
}
