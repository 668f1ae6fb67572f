package availability

import (
	"testing"

	"pgregory.net/rapid"
)

// The engine says of every start what the slow oracle says: the property of
// TestEngine_EqualsOracle, led by what the code is made of.
func FuzzEngine(f *testing.F) {
	for _, n := range []int{0, 2, 3} { // bytes that rapid reads as choices
		seed := make([]byte, 1<<16)
		for i := range seed {
			seed[i] = byte((i*i + 31*n*i) >> n)
		}
		f.Add(seed)
	}
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { compare(t, drawScenario(t)) }))
}
