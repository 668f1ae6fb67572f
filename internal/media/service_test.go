package media_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/media"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

var owner = tenant.Actor{Kind: tenant.Member, Role: tenant.Owner}

// bench is two businesses with a staff member and a menu each, and a folder.
type bench struct {
	tb          testing.TB
	db          *pg.DB
	clock       *clock.Manual
	folder      string
	photos      *media.Service
	shop, other business.ID
}

func newBench(tb testing.TB, blobs ...func(media.Blobs) media.Blobs) *bench {
	tb.Helper()
	b := &bench{tb: tb, db: pgtest.New(tb), clock: clock.NewManual(time.Date(2026, 11, 30, 1, 0, 0, 0, time.UTC)), folder: tb.TempDir()}
	b.shop, b.other = b.business("shop"), b.business("other")
	var store media.Blobs = media.NewFolder(b.folder)
	for _, f := range blobs {
		store = f(store)
	}
	b.photos = media.New(b.db, b.clock, business.NewChanger(b.db, b.clock, nil), store)
	return b
}

func (b *bench) business(slug string) business.ID {
	b.tb.Helper()
	bid := id.New[business.Business](b.clock.Now())
	b.sql(bid, `INSERT INTO businesses (business_id, slug, name, vertical, status, timezone, currency, locale, grid_minutes, booking_mode,
	    approval_hours, min_notice_minutes, booking_window_days, change_notice_minutes, cancel_notice_minutes, hold_minutes, max_items,
	    terms_version, created_at, updated_at)
	    VALUES ($1, $2, '{"ja":"店"}', 'hair_salon', 'draft', 'Asia/Tokyo', 'JPY', 'ja', 30, 'instant', 24, 0, 60, 0, 0, 10, 5, '1', $3, $3)`, bid, slug, b.clock.Now())
	b.sql(bid, `INSERT INTO business_seq (business_id) VALUES ($1)`, bid)
	b.sql(bid, `INSERT INTO schedule_versions (business_id) VALUES ($1)`, bid)
	return bid
}

func (b *bench) sql(bid business.ID, sql string, args ...any) {
	b.tb.Helper()
	b.must(b.db.InTenant(b.tb.Context(), bid, func(tx *pg.Tx) error {
		tx.Later(&pg.Statement{SQL: sql}, args...)
		return nil
	}))
}

func (b *bench) count(sql string) int {
	b.tb.Helper()
	var out []int
	var batch pg.Batch
	pg.CollectColumn(batch.Queue(&pg.Statement{SQL: sql}), &out)
	b.must(b.db.ReadTenant(b.tb.Context(), b.shop, &batch))
	return out[0]
}

// staff is a new staff member.
func (b *bench) staff() media.Owner {
	b.tb.Helper()
	rid := id.New[any](b.clock.Now())
	b.sql(b.shop, `INSERT INTO resources (business_id, id, kind, name, capacity, min_party, max_party, nominatable, nomination_fee, position, active, version, created_at, updated_at)
		VALUES ($1, $2, 'staff', '{"ja":"佐藤"}', 1, 1, 1, true, 0, 1, true, 1, now(), now())`, b.shop, rid)
	return media.Owner{Resource: rid}
}

func (b *bench) must(err error) {
	b.tb.Helper()
	if err != nil {
		b.tb.Fatal(err)
	}
}

func (b *bench) add(o media.Owner, shade uint8) *media.Photo {
	b.tb.Helper()
	p, err := b.photos.Add(b.tb.Context(), owner, b.shop, o, picture(b.tb, shade), nil)
	b.must(err)
	return p
}

// files are those of the folder.
func (b *bench) files() []string {
	b.tb.Helper()
	var out []string
	b.must(filepath.WalkDir(b.folder, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, filepath.Base(path))
		}
		return err
	}))
	return out
}

func (b *bench) sweep() {
	b.tb.Helper()
	b.must(b.photos.Sweep(b.tb.Context(), b.db, b.shop))
}

func picture(tb testing.TB, shade uint8) media.Upload {
	tb.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 400, 300))
	for i := range m.Pix {
		m.Pix[i] = 255
	}
	for x := range 200 {
		for y := range 300 {
			m.Set(x, y, color.RGBA{shade, 255 - shade, shade / 2, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		tb.Fatal(err)
	}
	return media.Upload{Data: b.Bytes(), Crop: media.Crop{Width: 1, Height: 1}}
}

func wantCode(tb testing.TB, err error, code string) {
	tb.Helper()
	if f, ok := fault.As(err); !ok || f.Code != code {
		tb.Errorf("got %v, want %s", err, code)
	}
}

func TestAdd_ServedFromTheFolder_AndOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first, again := b.add(media.Owner{}, 10), b.add(media.Owner{}, 10)
	if first.Name != again.Name || first.ID == again.ID || len(b.files()) != len(first.Sizes) {
		t.Errorf("stored as %s and %s, files %q", first.Name, again.Name, b.files())
	}
	for _, s := range first.Sizes {
		file := strings.TrimPrefix(first.Name.Path(s.Width), "/media/")
		blob, err := b.photos.Open(t.Context(), file)
		b.must(err)
		c, err := jpeg.DecodeConfig(blob)
		if err != nil || c.Width != s.Width || c.Height != s.Height {
			t.Errorf("%s: %+v %v", file, c, err)
		}
		b.must(blob.Close())
	}
	elsewhere, err := b.photos.Add(t.Context(), owner, b.other, media.Owner{}, picture(t, 10), nil)
	b.must(err)
	if elsewhere.Name == first.Name {
		t.Error("two businesses share a name: one could tell that the other has the picture, and delete it")
	}
	if n := b.count(`SELECT count(*)::int FROM audit_entries WHERE action = 'photo.added'`); n != 2 {
		t.Errorf("%d entries in the audit trail", n)
	}
}

func TestOpen_NothingButFilesOfOurs(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.must(os.WriteFile(filepath.Join(b.folder, "secret"), []byte("x"), 0o600))
	for _, name := range []string{"", "secret", "../secret", "tmp/1", strings.Repeat("a", 64) + "-640.jpg", strings.Repeat("A", 64) + "-640.jpg", strings.Repeat("a", 64) + "-0640.jpg", "..%2fsecret"} {
		if _, err := b.photos.Open(t.Context(), name); !errors.Is(err, media.ErrNoBlob) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestAdd_OfAStaffMember_TakesThePlaceOfTheOneBefore(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	o := b.staff()
	p := b.add(o, 10)
	_, err := b.photos.SetAlt(t.Context(), owner, b.shop, media.Target{Owner: o}, locale.Text{"ja": "佐藤の写真"})
	b.must(err)
	q := b.add(o, 20)
	if q.ID != p.ID || q.Name == p.Name || q.Alt["ja"] != "佐藤の写真" || b.count(`SELECT count(*)::int FROM photos`) != 1 {
		t.Errorf("before %+v, now %+v", p, q)
	}
	b.clock.Advance(2 * time.Hour)
	b.sweep()
	if got := b.files(); slices.ContainsFunc(got, func(f string) bool { return strings.HasPrefix(f, string(p.Name)) }) || len(got) != len(q.Sizes) {
		t.Errorf("files %q", got)
	}
}

func TestPhotos_OfAnotherBusiness_AreAbsent(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	o, p := b.staff(), b.add(media.Owner{}, 10)
	b.add(o, 10)
	for what, target := range map[string]media.Target{"of the shop": {ID: p.ID}, "of staff": {Owner: o}, "absent": {ID: id.New[media.Photo](b.clock.Now())}} {
		_, err := b.photos.One(t.Context(), b.other, target)
		wantCode(t, err, "not_found")
		_, err = b.photos.SetAlt(t.Context(), owner, b.other, target, nil)
		wantCode(t, err, "not_found")
		wantCode(t, b.photos.Remove(t.Context(), owner, b.other, target), "not_found")
		if what == "of staff" {
			_, err = b.photos.Add(t.Context(), owner, b.other, o, picture(t, 3), nil)
			wantCode(t, err, "not_found")
		}
	}
	if n := b.count(`SELECT count(*)::int FROM photos`); n != 2 {
		t.Errorf("%d photos", n)
	}
}

func TestShop_TenPhotosInOrder(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var ids []media.ID
	for i := range uint8(media.MaxOfShop) {
		ids = append(ids, b.add(media.Owner{}, i*20).ID)
	}
	_, err := b.photos.Add(t.Context(), owner, b.shop, media.Owner{}, picture(t, 255), nil)
	wantCode(t, err, "business.limit_reached")
	_, err = b.photos.SetOrder(t.Context(), owner, b.shop, []media.ID{ids[9], ids[3]})
	b.must(err)
	want := append([]media.ID{ids[9], ids[3]}, slices.DeleteFunc(slices.Clone(ids), func(x media.ID) bool { return x == ids[9] || x == ids[3] })...)
	all, err := b.photos.OfShop(t.Context(), b.shop)
	b.must(err)
	for i, p := range all {
		if p.ID != want[i] {
			t.Errorf("place %d: %s, want %s", i, p.ID, want[i])
		}
	}
	_, err = b.photos.SetOrder(t.Context(), owner, b.shop, []media.ID{ids[1], ids[1], {9}})
	wantCode(t, err, fault.CodeInvalid)
}

// broken is a store that fails at a step, as one that is killed does.
type broken struct {
	media.Blobs
	put, remove func() error
}

func (b *broken) Put(ctx context.Context, key string, data []byte) error {
	if err := b.put(); err != nil {
		return err
	}
	return b.Blobs.Put(ctx, key, data)
}

func (b *broken) Delete(ctx context.Context, key string) error {
	if err := b.remove(); err != nil {
		return err
	}
	return b.Blobs.Delete(ctx, key)
}

var errKilled = errors.New("killed")

func TestSweep_AfterAKillAtAnyStep_LeavesNothing(t *testing.T) {
	t.Parallel()
	for after := range 3 { // files written, or deleted, before the kill
		left := after
		step := func() error {
			if left--; left < 0 {
				return errKilled
			}
			return nil
		}
		x := &broken{put: step, remove: func() error { return nil }}
		b := newBench(t, func(s media.Blobs) media.Blobs { x.Blobs = s; return x })
		if _, err := b.photos.Add(t.Context(), owner, b.shop, media.Owner{}, picture(t, 10), nil); after < 2 && !errors.Is(err, errKilled) {
			t.Fatalf("after %d: %v", after, err)
		}
		x.put = func() error { return nil }
		shown := b.add(media.Owner{}, 200)
		if after == 2 { // everything was written, and is taken away again
			all, _ := b.photos.OfShop(t.Context(), b.shop)
			b.must(b.photos.Remove(t.Context(), owner, b.shop, media.Target{ID: all[0].ID}))
		}
		b.sweep()
		before := len(b.files())
		if after > 0 && before <= len(shown.Sizes) {
			t.Errorf("after %d: swept before its time", after)
		}
		b.clock.Advance(61 * time.Minute)
		left, x.remove = 1, step
		if err := b.photos.Sweep(t.Context(), b.db, b.shop); !errors.Is(err, errKilled) {
			t.Errorf("after %d: %v", after, err)
		}
		x.remove = func() error { return nil }
		b.sweep()
		if got := b.files(); len(got) != len(shown.Sizes) || b.count(`SELECT count(*)::int FROM photo_files`) != 1 {
			t.Errorf("after %d: files %q", after, got)
		}
	}
}

// A picture that was given up and comes back has another name: what is deleted
// under the old one is nobody's.
func TestSweep_AgainstUploadsOfTheSamePicture(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for round := range pgtest.Rounds(5, 40) {
		p := b.add(media.Owner{}, 10)
		b.must(b.photos.Remove(t.Context(), owner, b.shop, media.Target{ID: p.ID}))
		b.clock.Advance(2 * time.Hour)
		var wg sync.WaitGroup
		var back *media.Photo
		wg.Go(func() { back = b.add(media.Owner{}, 10) })
		wg.Go(b.sweep)
		wg.Wait()
		b.sweep()
		for _, s := range back.Sizes {
			blob, err := b.photos.Open(t.Context(), strings.TrimPrefix(back.Name.Path(s.Width), "/media/"))
			if err != nil {
				t.Fatalf("round %d: a photo without its file: %v", round, err)
			}
			_ = blob.Close()
		}
		b.must(b.photos.Remove(t.Context(), owner, b.shop, media.Target{ID: back.ID}))
	}
}

func TestAdd_ManyAtOnce_TenAreTaken(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var wg sync.WaitGroup
	outcomes := make([]error, 14)
	for i := range outcomes {
		wg.Go(func() {
			for {
				_, outcomes[i] = b.photos.Add(t.Context(), owner, b.shop, media.Owner{}, picture(t, uint8(i)), nil)
				if f, ok := fault.As(outcomes[i]); !ok || f.Kind != fault.Unavailable {
					return
				}
			}
		})
	}
	wg.Wait()
	taken := 0
	for _, err := range outcomes {
		if err == nil {
			taken++
			continue
		}
		wantCode(t, err, "business.limit_reached")
	}
	if n := b.count(`SELECT count(*)::int FROM photos`); taken != media.MaxOfShop || n != media.MaxOfShop {
		t.Errorf("%d taken, %d stored", taken, n)
	}
}

func TestFolder_KeepsToItself(t *testing.T) {
	t.Parallel()
	f := media.NewFolder(filepath.Join(t.TempDir(), "deep", "folder"))
	for _, key := range []string{"", "a", "../x", "a/../../x", "/etc/passwd", ".hidden", "x.y", "aa\x00b", "AA1"} {
		if err := f.Put(t.Context(), key, nil); err == nil {
			t.Errorf("stored %q", key)
		}
		if err := f.Delete(t.Context(), key); err == nil {
			t.Errorf("deleted %q", key)
		}
	}
	if err := errors.Join(f.Put(t.Context(), "aa1", []byte("x")), f.Put(t.Context(), "aa1", []byte("y")), f.Delete(t.Context(), "aa1"), f.Delete(t.Context(), "aa1")); err != nil {
		t.Error(err)
	}
}

func TestFolder_CleansWhatWasLeftHalfWritten(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	f := media.NewFolder(folder)
	if err := errors.Join(f.Clean(t.Context(), time.Hour), f.Put(t.Context(), "aa1", []byte("x"))); err != nil {
		t.Fatal(err)
	}
	for i, age := range []time.Duration{0, 2 * time.Hour} {
		path := filepath.Join(folder, "tmp", fmt.Sprint("half", i))
		at := clock.System{}.Now().Add(-age)
		if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Clean(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(filepath.Join(folder, "tmp"))
	if err != nil || len(left) != 1 || left[0].Name() != "half0" {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestRemove_FilesStayForAnHour(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := b.add(media.Owner{}, 10)
	b.clock.Advance(100 * time.Hour)
	b.must(b.photos.Remove(t.Context(), owner, b.shop, media.Target{ID: p.ID}))
	b.sweep()
	if got := b.files(); len(got) != len(p.Sizes) {
		t.Errorf("pages that were read before lost their photo: %q", got)
	}
}

// An upload that takes longer than files are kept stores them once more, also when
// the sweep that gave them up was killed before it deleted them.
func TestAdd_OvertakenByASweep_StoresAgain(t *testing.T) {
	t.Parallel()
	x := &broken{remove: func() error { return nil }}
	b := newBench(t, func(s media.Blobs) media.Blobs { x.Blobs = s; return x })
	var once sync.Once
	x.put = func() error {
		once.Do(func() {
			b.clock.Advance(2 * time.Hour)
			x.remove = func() error { return errKilled }
			if err := b.photos.Sweep(t.Context(), b.db, b.shop); !errors.Is(err, errKilled) {
				t.Error(err)
			}
			x.remove = func() error { return nil }
		})
		return nil
	}
	p := b.add(media.Owner{}, 10)
	b.clock.Advance(2 * time.Hour)
	b.sweep()
	if got := b.files(); len(got) < len(p.Sizes) || !slices.ContainsFunc(got, func(f string) bool { return strings.HasPrefix(f, string(p.Name)) }) {
		t.Errorf("files %q of %s", got, p.Name)
	}
}
