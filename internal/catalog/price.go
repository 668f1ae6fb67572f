package catalog

// Customers is whose bookings a service takes.
type Customers string

// The customers.
const (
	AllCustomers       Customers = "all"
	NewCustomers       Customers = "new"       // who has no booking yet that was not cancelled
	ReturningCustomers Customers = "returning" // who has one
)

// GenderNote is for whom a service is meant; shown, not enforced.
type GenderNote string

// The notes.
const (
	AnyGender GenderNote = "any"
	Women     GenderNote = "women"
	Men       GenderNote = "men"
)

// RankPrice is the price of a service when a staff member of the rank was asked for.
type RankPrice struct {
	RankID RankID `json:"rank_id"`
	Price  int64  `json:"price"` // yen, tax included
}

// PriceFor is the price of the service when the staff member was asked for, by
// their rank; nil is whoever is free: the service's own.
func (s *Service) PriceFor(staff *Resource) int64 {
	if staff != nil && !staff.RankID.IsZero() {
		for i := range s.Prices {
			if s.Prices[i].RankID == staff.RankID {
				return s.Prices[i].Price
			}
		}
	}
	return s.Price
}
