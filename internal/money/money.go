// Package money is amounts in whole minor units of a currency, and consumption
// tax. There is no floating point in it.
package money

// JPY is the home market's currency; its minor unit is the yen itself.
const JPY = "JPY"

// Money is an amount in minor units, tax included where it is a price.
type Money struct {
	Amount   int64  `json:"amount" doc:"In minor units of the currency (yen for JPY), tax included" minimum:"-999999999999" maximum:"999999999999"`
	Currency string `json:"currency" doc:"ISO 4217" minLength:"3" maxLength:"3" example:"JPY"`
}

// Yen is n yen.
func Yen(n int64) Money { return Money{Amount: n, Currency: JPY} }

// Rounding is the issuer's choice for fractions of the minor unit.
type Rounding string

// The roundings.
const (
	Floor  Rounding = "floor"
	Ceil   Rounding = "ceil"
	HalfUp Rounding = "half_up"
)

// Tax is the tax of one document for one rate in percent, on the sum of its
// lines before tax. It is computed once per rate and document, never per line.
func Tax(sumBeforeTax int64, percent int64, r Rounding) int64 {
	return divide(sumBeforeTax*percent, 100, r)
}

// IncludedTax is the tax inside a sum that includes it.
func IncludedTax(sum int64, percent int64, r Rounding) int64 {
	return divide(sum*percent, 100+percent, r)
}

// Percent is the share of an amount, for fees; halves round away from zero only with HalfUp.
func Percent(amount int64, percent int64, r Rounding) int64 {
	return divide(amount*percent, 100, r)
}

// divide rounds n/d towards minus infinity, plus infinity, or to the nearest
// with halves upwards; d is positive.
func divide(n, d int64, r Rounding) int64 {
	q, m := n/d, n%d
	if m < 0 {
		q, m = q-1, m+d
	}
	switch {
	case r == Ceil && m > 0, r == HalfUp && 2*m >= d:
		return q + 1
	}
	return q
}
