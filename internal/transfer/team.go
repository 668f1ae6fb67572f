package transfer

import (
	"context"
	"maps"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
)

// team brings staff and other resources in.
type team struct{ *changing }

func newTeam(r *run) *team { return &team{&changing{run: r, ghosts: map[string]bool{}}} }

func (k *team) bring(ctx context.Context, list []line, to int) error {
	return k.each(ctx, list, to, k.find)
}

var kindWords = map[string]catalog.Kind{
	"staff": catalog.Staff, "スタッフ": catalog.Staff, "担当": catalog.Staff, "担当者": catalog.Staff, "room": catalog.Room, "個室": catalog.Room,
	"部屋": catalog.Room, "ルーム": catalog.Room, "seat": catalog.Seat, "席": catalog.Seat, "座席": catalog.Seat, "テーブル": catalog.Seat,
	"equipment": catalog.Equipment, "設備": catalog.Equipment, "機器": catalog.Equipment, "機材": catalog.Equipment,
}

func (k *team) find(ctx context.Context, l *line) (*target, []Problem, error) {
	all, err := k.s.catalog.Resources(ctx, k.bid, "", nil, catalog.MaxResources)
	if err != nil {
		return nil, nil, err
	}
	r := &reader{cells: l.cells}
	kind := catalog.Staff
	if s, ok := l.cells["kind"]; ok {
		if kind, ok = kindWords[plainValue(s)]; !ok {
			r.bad("kind", "import.kind")
		}
	}
	at, code := match(all, k.whose(l), l.cells["name"], func(x *catalog.Resource) ([16]byte, locale.Text, bool) { return x.ID, x.Name, x.Kind == kind })
	if code != "" {
		r.bad("name", code)
	}
	in := catalog.ResourceFields{
		Capacity: r.number("capacity", plainNumber, "import.number"), MinParty: r.number("min_party", plainNumber, "import.number"),
		MaxParty: r.number("max_party", plainNumber, "import.number"), Nominatable: r.yes("nominatable"),
		NominationFee: r.money("nomination_fee"), Active: r.yes("active"),
	}
	t := &target{name: plainName(l.cells["name"])}
	actor := k.im.actor()
	if at < 0 {
		t.do = func(ctx context.Context) error {
			_, err := k.s.catalog.CreateResource(ctx, actor, k.bid, catalog.CreateResourceInput{Kind: kind, Name: r.names(nil), ResourceFields: in}, nil)
			return err
		}
		return t, r.problems, nil
	}
	x := &all[at]
	name := r.names(x.Name)
	t.subject = x.ID
	t.same = maps.Equal(name, x.Name) && same(in.Capacity, x.Capacity) && same(in.MinParty, x.MinParty) && same(in.MaxParty, x.MaxParty) &&
		same(in.Nominatable, x.Nominatable) && same(in.NominationFee, money.Yen(x.NominationFee)) && same(in.Active, x.Active)
	t.do = func(ctx context.Context) error {
		_, err := k.s.catalog.UpdateResource(ctx, actor, k.bid, x.ID, x.Version, catalog.UpdateResourceInput{Name: name, ResourceFields: in})
		return err
	}
	return t, r.problems, nil
}

// same tells whether what is given, if anything, is what there is.
func same[T comparable](given *T, is T) bool { return given == nil || *given == is }

// match finds the one that a line is about: by its id, else by its name; -1 for none.
func match[T any](all []T, whose [16]byte, name string, of func(*T) ([16]byte, locale.Text, bool)) (at int, code string) {
	at = -1
	wanted := plainName(name)
	for i := range all {
		xid, text, fits := of(&all[i])
		if whose != [16]byte{} && xid == whose {
			return i, ""
		}
		if fits && wanted != "" && named(text, wanted) {
			if at >= 0 {
				code = codeAmbiguous
			}
			at = i
		}
	}
	if wanted == "" {
		code = "required"
	}
	return at, code
}
