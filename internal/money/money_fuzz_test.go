package money

import (
	"math/big"
	"testing"
)

// Shares and taxes are those of exact arithmetic, rounded once, for every amount
// that the API takes.
func FuzzPercent(f *testing.F) {
	f.Add(int64(315), int64(10))
	f.Add(int64(-5), int64(10))
	f.Add(int64(999_999_999_999), int64(100))
	f.Add(int64(-999_999_999_999), int64(8))
	f.Fuzz(func(t *testing.T, amount, percent int64) {
		const most = 999_999_999_999
		amount, percent = amount%(most+1), (percent%101+101)%101
		for _, r := range []Rounding{Floor, Ceil, HalfUp} {
			for name, x := range map[string]struct {
				got int64
				by  int64
			}{"Percent": {Percent(amount, percent, r), 100}, "Tax": {Tax(amount, percent, r), 100}, "IncludedTax": {IncludedTax(amount, percent, r), 100 + percent}} {
				if want := exact(amount*percent, x.by, r); x.got != want {
					t.Errorf("%s(%d, %d, %s) is %d, exactly %d", name, amount, percent, r, x.got, want)
				}
			}
		}
	})
}

// exact rounds by whole numbers of any size: floor of n/d, of -(-n/d), of (2n+d)/2d.
func exact(n, d int64, r Rounding) int64 {
	floor := func(n, d *big.Int) int64 { return new(big.Int).Div(n, d).Int64() } // Euclid's; d is positive
	x, y := big.NewInt(n), big.NewInt(d)
	switch r {
	case Ceil:
		return -floor(new(big.Int).Neg(x), y)
	case HalfUp:
		return floor(new(big.Int).Add(new(big.Int).Add(x, x), y), new(big.Int).Add(y, y))
	case Floor:
	}
	return floor(x, y)
}
