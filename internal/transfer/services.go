package transfer

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
)

// menu brings services in.
type menu struct{ *changing }

func newMenu(r *run) *menu { return &menu{&changing{run: r, ghosts: map[string]bool{}}} }

func (k *menu) bring(ctx context.Context, list []line, to int) error {
	return k.each(ctx, list, to, k.find)
}

var nominationWords = map[string]catalog.Nomination{
	"none": catalog.NominationNone, "不可": catalog.NominationNone, "なし": catalog.NominationNone, "×": catalog.NominationNone,
	"optional": catalog.NominationOptional, "可": catalog.NominationOptional, "あり": catalog.NominationOptional, "任意": catalog.NominationOptional,
	"○": catalog.NominationOptional, "required": catalog.NominationRequired, "必須": catalog.NominationRequired,
}

func (k *menu) find(ctx context.Context, l *line) (*target, []Problem, error) {
	all, err := k.s.catalog.Services(ctx, k.bid)
	if err != nil {
		return nil, nil, err
	}
	resources, err := k.s.catalog.Resources(ctx, k.bid, "", nil, catalog.MaxResources)
	if err != nil {
		return nil, nil, err
	}
	r := &reader{cells: l.cells}
	at, code := match(all, k.whose(l), l.cells["name"], func(x *catalog.Service) ([16]byte, locale.Text, bool) { return x.ID, x.Name, true })
	if code != "" {
		r.bad("name", code)
	}
	in := catalog.UpdateServiceInput{
		DurationMinutes: r.number("duration", minutes, "import.duration"), Price: r.money("price"), Requirements: r.needs(resources),
		ServiceFields: r.serviceFields(),
	}
	t := &target{name: plainName(l.cells["name"])}
	if at >= 0 {
		k.update(t, &all[at], in, r)
	} else {
		k.create(t, in, r, resources)
	}
	return t, r.problems, nil
}

func (r *reader) serviceFields() catalog.ServiceFields {
	f := catalog.ServiceFields{
		TaxPercent: r.number("tax_percent", plainNumber, "import.number"), PerPerson: r.yes("per_person"),
		MinParty: r.number("min_party", plainNumber, "import.number"), MaxParty: r.number("max_party", plainNumber, "import.number"),
		Active: r.yes("active"),
	}
	if s, ok := r.cells["description"]; ok {
		f.Description = locale.Text{string(locale.JA): s}
	}
	if s, ok := r.cells["nomination"]; ok {
		n, known := nominationWords[plainValue(s)]
		if !known {
			r.bad("nomination", "import.nomination")
		}
		f.Nomination = &n
	}
	return f
}

// anyWords stand for any resource of a kind.
var anyWords = words("any 誰でも 全員 指定なし フリー すべて 全て *")

// needs are the resources that the line says a service occupies; nil where it says nothing.
func (r *reader) needs(resources []catalog.Resource) []catalog.RequirementInput {
	var out []catalog.RequirementInput
	for column, kind := range map[string]catalog.Kind{"staff": catalog.Staff, "room": catalog.Room, "seat": catalog.Seat, "equipment": catalog.Equipment} {
		s, ok := r.cells[column]
		if !ok || noWords[plainValue(s)] && !anyWords[plainValue(s)] {
			continue
		}
		need := catalog.RequirementInput{Kind: kind}
		if !anyWords[plainValue(s)] && !yesWords[plainValue(s)] {
			for _, name := range list(s) {
				at, code := match(resources, [16]byte{}, name, func(x *catalog.Resource) ([16]byte, locale.Text, bool) { return x.ID, x.Name, x.Kind == kind })
				if at < 0 {
					code = codeUnknownName
				}
				if code != "" {
					r.bad(column, code)
					break
				}
				need.ResourceIDs = append(need.ResourceIDs, resources[at].ID)
			}
		}
		out = append(out, need)
	}
	slices.SortFunc(out, func(a, b catalog.RequirementInput) int {
		return slices.Index(catalog.Kinds, a.Kind) - slices.Index(catalog.Kinds, b.Kind)
	})
	return out
}

func (k *menu) update(t *target, x *catalog.Service, in catalog.UpdateServiceInput, r *reader) {
	in.Name = r.names(x.Name)
	if in.Description != nil {
		text := maps.Clone(x.Description)
		if text == nil {
			text = locale.Text{}
		}
		text[string(locale.JA)] = in.Description[string(locale.JA)]
		in.Description = text.Lines()
	}
	if sameNeeds(in.Requirements, x.Requirements) { // with the buffers and gaps that they have
		in.Requirements = nil
	}
	t.subject = x.ID
	t.same = in.Requirements == nil && maps.Equal(in.Name, x.Name) && same(in.DurationMinutes, x.DurationMinutes) && same(in.Price, money.Yen(x.Price)) &&
		same(in.TaxPercent, x.TaxPercent) && same(in.PerPerson, x.PerPerson) && same(in.MinParty, x.MinParty) && same(in.MaxParty, x.MaxParty) &&
		same(in.Nomination, x.Nomination) && same(in.Active, x.Active) && (in.Description == nil || maps.Equal(in.Description, x.Description))
	actor, xid, version := k.im.actor(), x.ID, x.Version
	t.do = func(ctx context.Context) error {
		_, err := k.s.catalog.UpdateService(ctx, actor, k.bid, xid, version, in)
		return err
	}
}

// sameNeeds tells whether a service occupies just that already.
func sameNeeds(in []catalog.RequirementInput, is []catalog.Requirement) bool {
	if in == nil {
		return true
	}
	key := func(kind catalog.Kind, ids []catalog.ResourceID) string {
		names := make([]string, len(ids))
		for i, x := range ids {
			names[i] = x.String()
		}
		slices.Sort(names)
		return string(kind) + strings.Join(names, " ")
	}
	var a, b []string
	for _, x := range in {
		a = append(a, key(x.Kind, x.ResourceIDs))
	}
	for _, x := range is {
		b = append(b, key(x.Kind, x.ResourceIDs))
	}
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

func (k *menu) create(t *target, in catalog.UpdateServiceInput, r *reader, resources []catalog.Resource) {
	if in.Requirements == nil {
		in.Requirements = usual(resources)
	}
	for column, given := range map[string]bool{"duration": in.DurationMinutes != nil, "price": in.Price != nil} {
		if !given {
			r.bad(column, "required")
		}
	}
	slices.SortFunc(r.problems, func(a, b Problem) int { return strings.Compare(a.Column, b.Column) })
	if len(r.problems) > 0 {
		return
	}
	fresh := catalog.CreateServiceInput{
		Name: r.names(nil), DurationMinutes: *in.DurationMinutes, Price: *in.Price, Requirements: in.Requirements, ServiceFields: in.ServiceFields,
	}
	actor := k.im.actor()
	t.do = func(ctx context.Context) error {
		_, err := k.s.catalog.CreateService(ctx, actor, k.bid, fresh, nil)
		return err
	}
}

// usual is what a service occupies where its line does not say: staff, in a
// business that has any, else what it has.
func usual(resources []catalog.Resource) []catalog.RequirementInput {
	for _, kind := range catalog.Kinds {
		if slices.ContainsFunc(resources, func(x catalog.Resource) bool { return x.Active && x.Kind == kind }) {
			return []catalog.RequirementInput{{Kind: kind}}
		}
	}
	return []catalog.RequirementInput{{Kind: catalog.Staff}}
}
