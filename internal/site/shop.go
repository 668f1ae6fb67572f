package site

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// shopPage is a shop: its menu, who works there, when it is open and where it is.
type shopPage struct {
	head
	Name, Trade, About, Address string
	Today                       string // hours; empty: closed
	State                       string // what it does now, in words
	Deadline, Opening           string // until and from when one may book
	Open                        bool
	Stopped                     bool // no bookings for the time being
	Phone, Tel, Map             string
	Menu                        []menuPart
	Jumps                       bool // the menu is long enough to be jumped through
	Query                       string
	Found                       bool // false: the menu has nothing with the words
	Staff                       []staffCard
	Week                        []weekRow
	Policy                      []string
	Terms                       string
	Cover                       *picture
	Photos                      []*picture // beside the cover
}

// menuPart is a heading of the menu with what stands under it.
type menuPart struct {
	ID    string // of the heading
	Name  string
	Items []menuLine
}

type menuLine struct {
	Href, Name, About, Length, Price string
	Note                             string // for whom, from when
	Photo                            *picture
	amount                           int64 // the price, for programs
}

type staffCard struct {
	Name, Rank, Fee string
	Photo           *picture
}

// open finds a shop that customers may see.
func (s *shops) open(v *visitor) (*availability.Snapshot, error) {
	x, err := s.Businesses.BySlug(v.Context(), v.PathValue("slug"))
	if err != nil {
		return nil, err
	}
	snap, err := s.Availability.Snapshot(v.Context(), x.ID)
	if err == nil {
		v.framers = snap.Business.EmbedOrigins
	}
	return snap, err
}

// bar is the head of a page of a shop.
func (s *shops) bar(v *visitor, snap *availability.Snapshot) head {
	name := snap.Business.Name.In(v.lang)
	h := s.head(v, apart(name))
	h.Shop = &shopHead{name, v.base(snap)}
	if c := snap.Business.AccentColor; c != "" {
		h.Accent, h.Theme = accentStyle(c), c
	}
	return h
}

func (s *shops) shop(v *visitor) error {
	snap, err := s.open(v)
	if err != nil {
		return err
	}
	b := &snap.Business
	h := s.bar(v, snap)
	p := shopPage{
		Name: b.Name.In(v.lang), Trade: tradeName(v.lang, b.Vertical), About: b.Description.In(v.lang), Address: address(b),
		Stopped: !b.AcceptingAt(v.now), Phone: jp.NationalPhone(b.Phone), Tel: b.Phone,
		Query: strings.TrimSpace(v.URL.Query().Get("q")), Week: week(v.lang, snap, v.now, h.T("closed")),
		Policy: policyLines(v.lang, booking.PolicyOf(b)), Terms: b.Terms.In(v.lang),
	}
	p.State, p.Open = todayInWords(h, snap, v.now)
	p.Today = hoursIn(snap.Hours.On(snap.Today(v.now)))
	p.Deadline = h.In(business.DeadlineInWords(b.BookingCutoff, b.MinNoticeMinutes))
	p.Opening = h.In(business.OpeningInWords(b.BookingOpens, b.BookingWindowDays))
	if p.Address != "" {
		p.Map = mapLink(p.Address)
	}
	p.Menu = s.menu(v, h, snap, p.Query)
	p.Found, p.Jumps = len(p.Menu) > 0, len(p.Menu) > 2
	p.Staff = staffCards(v.lang, h, snap)
	if photos := photosIn(v.lang, snap.Photos, p.Name); len(photos) > 0 {
		p.Cover, p.Photos = photos[0], photos[1:]
	}
	if !v.embed {
		h.found(s.PublicURL, "/"+b.Slug, aboutShop(p, h))
		h.Image = s.PublicURL + cardPath(h, b)
		h.Data = structured(s.PublicURL, snap, &p, v.now, h.Image)
	}
	p.head = h
	return s.show(v, http.StatusOK, "shop", p)
}

func aboutShop(p shopPage, h head) string {
	if p.About != "" {
		return p.About
	}
	return h.T("about", "shop", p.Name, "trade", p.Trade, "place", p.Address)
}

// menu is what can be booked now or later, in the business's order; with words
// only what has them all.
func (s *shops) menu(v *visitor, h head, snap *availability.Snapshot, query string) []menuPart {
	today := snap.Today(v.now)
	words := jp.Words(query, 4)
	parts := map[catalog.CategoryID]*menuPart{}
	var order []*menuPart
	part := func(id catalog.CategoryID) *menuPart {
		if parts[id] == nil {
			name := ""
			if c, ok := snap.Category(id); ok {
				name = c.Name.In(v.lang)
			}
			parts[id] = &menuPart{Name: name}
			order = append(order, parts[id])
		}
		return parts[id]
	}
	for i := range snap.Categories {
		part(snap.Categories[i].ID)
	}
	add := func(category catalog.CategoryID, line menuLine) {
		text := jp.Fold(line.Name + " " + line.About)
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) }) {
			x := part(category)
			x.Items = append(x.Items, line)
		}
	}
	base := v.base(snap) + "/times?"
	for i := range snap.Sets {
		x := &snap.Sets[i]
		if minutes, ok := offered(snap, x, v.now); ok {
			add(x.CategoryID, menuLine{
				Href: base + "set=" + x.ID.String(), Name: x.Name.In(v.lang), About: x.Description.In(v.lang),
				Length: h.T("minutes", "n", minutes), Price: yen(x.Price, snap.Business.Currency), amount: x.Price,
			})
		}
	}
	for i := range snap.Menu {
		x := &snap.Menu[i]
		if !x.Active || x.Ended(today) {
			continue
		}
		add(x.CategoryID, menuLine{
			Href: base + "service=" + x.ID.String(), Name: x.Name.In(v.lang), About: x.Description.In(v.lang),
			Length: h.T("minutes", "n", x.DurationMinutes), Price: priceOf(h, snap, x), Note: noteOf(v.lang, h, x), amount: x.Price,
			Photo: photoIn(v.lang, x.Photo, 320, ""),
		})
	}
	out := []menuPart{}
	for i, x := range order {
		if len(x.Items) > 0 {
			x.ID = "part-" + strconv.Itoa(i+1)
			out = append(out, *x)
		}
	}
	return out
}

func priceOf(h head, snap *availability.Snapshot, x *catalog.Service) string {
	price := yen(x.Price, snap.Business.Currency)
	if x.PerPerson {
		return h.T("per_person", "price", price)
	}
	return price
}

// noteOf is for whom a service is, and from when.
func noteOf(lang locale.Lang, h head, x *catalog.Service) string {
	var notes []string
	if x.Customers != catalog.AllCustomers && x.Customers != "" {
		notes = append(notes, h.T("for."+string(x.Customers)))
	}
	if x.GenderNote != catalog.AnyGender && x.GenderNote != "" {
		notes = append(notes, h.T("for."+string(x.GenderNote)))
	}
	if x.ActiveFrom != nil {
		notes = append(notes, h.T("from", "date", locale.FormatDate(lang, *x.ActiveFrom)))
	}
	if x.ActiveTo != nil {
		notes = append(notes, h.T("until", "date", locale.FormatDate(lang, *x.ActiveTo)))
	}
	return strings.Join(notes, " · ")
}

// staffCards are who can be asked for, each once.
func staffCards(lang locale.Lang, h head, snap *availability.Snapshot) []staffCard {
	var out []staffCard
	for i := range snap.Resources {
		r := &snap.Resources[i]
		if r.Kind != catalog.Staff || !r.Active || !r.Nominatable {
			continue
		}
		c := staffCard{Name: r.Name.In(lang), Photo: photoIn(lang, r.Photo, 320, "")}
		if k, ok := snap.Rank(r.RankID); ok {
			c.Rank = k.Name.In(lang)
		}
		if r.NominationFee > 0 {
			c.Fee = h.T("fee", "price", yen(r.NominationFee, snap.Business.Currency))
		}
		out = append(out, c)
	}
	return out
}

// structured is the shop for search engines.
func structured(publicURL string, snap *availability.Snapshot, p *shopPage, now time.Time, image string) any {
	b := &snap.Business
	data := map[string]any{
		"@context": "https://schema.org", "@type": schemaOf(b.Vertical), "name": p.Name, "url": publicURL + "/" + b.Slug,
		"address": map[string]any{
			"@type": "PostalAddress", "addressCountry": "JP", "postalCode": b.PostalCode, "addressRegion": b.Prefecture,
			"addressLocality": b.City, "streetAddress": b.AddressLine,
		},
	}
	if b.Phone != "" {
		data["telephone"] = b.Phone
	}
	data["image"] = imagesOf(publicURL, snap.Photos, image)
	data["currenciesAccepted"], data["description"] = b.Currency, p.About
	if p.About == "" {
		delete(data, "description")
	}
	if p.Map != "" {
		data["hasMap"] = p.Map
	}
	data["potentialAction"] = map[string]any{"@type": "ReserveAction", "target": publicURL + "/" + b.Slug}
	data["openingHoursSpecification"] = openingData(snap, now)
	var offers []any
	for _, part := range p.Menu {
		for _, x := range part.Items {
			offers = append(offers, map[string]any{
				"@type": "Offer", "name": x.Name, "url": publicURL + x.Href, "price": x.amount, "priceCurrency": b.Currency,
				"itemOffered": map[string]any{"@type": "Service", "name": x.Name},
			})
		}
	}
	if len(offers) > 0 {
		data["makesOffer"] = offers
	}
	return data
}

// schemaOf is the kind of business in the vocabulary of search engines.
func schemaOf(x business.Vertical) string {
	switch x {
	case business.HairSalon:
		return "HairSalon"
	case business.NailEyelash:
		return "NailSalon"
	case business.SpaMassage:
		return "DaySpa"
	case business.Clinic:
		return "MedicalClinic"
	case business.Restaurant:
		return "Restaurant"
	case business.Fitness:
		return "ExerciseGym"
	case business.Lodging:
		return "LodgingBusiness"
	case business.Lesson:
		return "LocalBusiness"
	}
	return "LocalBusiness"
}
