package transfer

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// reader reads the cells of a line and notes what is wrong with them.
type reader struct {
	cells
	problems []Problem
}

func (r *reader) bad(column, code string) {
	r.problems = append(r.problems, Problem{Column: column, Code: code})
}

// number is what a column says, nil where it says nothing.
func (r *reader) number(column string, read func(string) (int, bool), code string) *int {
	s, ok := r.cells[column]
	if !ok {
		return nil
	}
	n, valid := read(s)
	if !valid {
		r.bad(column, code)
	}
	return &n
}

func plainNumber(s string) (int, bool) {
	return number(s, "名様", "名", "人", "台", "席", "%", "件")
}

func (r *reader) yes(column string) *bool {
	s, ok := r.cells[column]
	if !ok {
		return nil
	}
	y, valid := yes(s)
	if !valid {
		r.bad(column, "import.yes_no")
	}
	return &y
}

func (r *reader) money(column string) *money.Money {
	s, ok := r.cells[column]
	if !ok {
		return nil
	}
	n, valid := yen(s)
	if !valid {
		r.bad(column, "import.money")
	}
	m := money.Yen(n)
	return &m
}

// names are a name in the languages in which it is given, over what there is.
func (r *reader) names(over locale.Text) locale.Text {
	t := maps.Clone(over)
	if t == nil {
		t = locale.Text{}
	}
	if s, ok := r.cells["name"]; ok {
		t[string(locale.JA)] = s
	}
	if s, ok := r.cells["name_en"]; ok {
		t[string(locale.EN)] = s
	}
	return t.Line()
}

// changing brings in what package catalog keeps: each line is a change of its own.
type changing struct {
	*run
	ghosts map[string]bool // names that a dry run would have brought
}

// target is what a line is about.
type target struct {
	subject [16]byte // zero: something new
	name    string
	same    bool // nothing would be another
	do      func(ctx context.Context) error
}

// each goes through the lines; find reads one and tells what it is about.
func (k *changing) each(ctx context.Context, list []line, to int, find func(ctx context.Context, l *line) (*target, []Problem, error)) error {
	var pending []record
	for i := range list {
		rec, over := k.before(&list[i])
		if !over {
			t, problems, err := find(ctx, &list[i])
			if err != nil {
				return err
			}
			next := to
			if i+1 < len(list) {
				next = list[i+1].Line
			}
			kept, err := k.one(ctx, t, problems, &rec, pending, next)
			if err != nil {
				return err
			}
			if kept {
				pending = nil
				continue
			}
		}
		pending = append(pending, rec)
	}
	return k.keep(ctx, pending, to)
}

func (k *changing) one(ctx context.Context, t *target, problems []Problem, rec *record, pending []record, next int) (kept bool, err error) {
	if len(problems) > 0 {
		*rec = rec.refused(problems...)
		return false, nil
	}
	rec.Outcome = Updated
	switch {
	case t.same:
		rec.Outcome, rec.Subject = Unchanged, k.subject(t.subject)
		k.knows(rec, t.subject)
		return false, nil
	case t.subject == [16]byte{} && !k.ghosts[t.name]:
		rec.Outcome = Created
	}
	var made [16]byte
	err = t.do(business.WithAlong(ctx, func(tx *pg.Tx, subject string) error {
		if k.im.DryRun {
			return errTried
		}
		_, raw, _ := strings.Cut(subject, ":")
		x, err := id.Parse[any](raw)
		if err != nil {
			return err
		}
		made, rec.Subject = x, &x
		queueRecords(tx.Batch(), k.bid, k.im, k.at, next, append(slices.Clone(pending), *rec), k.s.clock.Now())
		return nil
	}))
	if errors.Is(err, errTried) {
		k.ghosts[t.name] = true
		k.knows(rec, t.subject)
		return false, nil
	}
	if err != nil {
		*rec, err = rec.verdict(err)
		return false, err
	}
	k.knows(rec, made)
	k.at = next
	return true, nil
}

func (k *changing) replay(l *line, _ triedRow) { k.ghosts[plainName(l.cells["name"])] = true }

// whose is the id by which a line names something that is there already.
func (k *changing) whose(l *line) [16]byte {
	if x := k.seen[string(l.key)]; x != nil {
		return x.Subject
	}
	if own, err := id.Parse[any](l.cells["id"]); err == nil {
		return own
	}
	return [16]byte{}
}

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
