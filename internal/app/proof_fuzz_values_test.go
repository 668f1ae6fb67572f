package app_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"pgregory.net/rapid"

	"github.com/omotenashi-connect/omotenashi/internal/auth/authtest"
)

// dice make all choices of one request, from a number that rapid draws. So rapid
// drops requests from a story without changing the others, whatever the servers
// answered meanwhile.
type dice struct {
	*rand.Rand
	calm bool // whatever it is, it should succeed
}

func rolled(t *rapid.T) dice {
	return dice{Rand: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "dice"), rapid.Uint64().Draw(t, "more")))}
}

func (d dice) below(n int) int { return d.IntN(n) }

func (d dice) chance(percent int) bool { return d.below(100) >= 100-percent }

// mischief is chance for what may be refused.
func (d dice) mischief(percent int) bool { return !d.calm && d.chance(percent) }

func oneOf[E any](d dice, list []E) E { return list[d.below(len(list))] }

// Texts as people of Japan type them, and as others do: all of them may be somebody's name.
var fuzzTexts = []string{
	"予約", "カットとカラー", "山田 花子", "𠮷野家の𠮷田さん", "㍿おもてなし", "ﾊﾝｶｸｶﾅ", "がぎぐげご", "か\u3099き\u3099", "髙﨑 邉󠄂", "①②③ ㈱ ㌔", "Ångström café", "👨‍👩‍👧 家族3人", "ｱ゛ｳﾞ", "神宮前1-2-3　ビル５Ｆ",
	"O'Brien; DROP TABLE", "a", "100%", "100\\", "ー〜～−", "İstanbul ıI", "ß", "שלום", "x_y%z", "\"quoted\"", "行1\n行2",
}

// Texts that mean harm, or that cannot be stored.
var fuzzHarms = []any{
	"\x00", "名\x00前", "\u202egnp.exe", "\u200b\u200d\ufeff", "\u2066x\u2069", "=cmd|' /C calc'!A0", "+81@SUM(1)", "x\r\nBcc: everybody@example.jp", "<script>alert(1)</script>", "${jndi:ldap://x}", "' OR 1=1 --", "%s%n%x%00",
	raw(`"\ud800"`), raw(`"\udc00\ud800"`), raw(`"a\ud83d"`), "\x1b[31m", "\u3000", " ", "", "\t", strings.Repeat("\u0301", 50), strings.Repeat("㌀", 100), "../../etc/passwd", "\u0085\u2028", "\ue000", "\U000e0001", "﷽﷽﷽",
}

// Values that a schema cannot tell, by the name of the property.
var fuzzWords = map[string][]string{
	"family_name": {"山田", "𠮷田", "Smith", "ﾔﾏﾀﾞ", "やまだ"}, "given_name": {"花子", "太郎", "Ann-Marie", "はなこ"},
	"family_name_kana": {"ヤマダ", "やまだ", "ﾔﾏﾀﾞ", "ヴァン"}, "given_name_kana": {"ハナコ", "はなこ", "ﾊﾅｺ"},
	"phone":      {"090-1234-5678", "０９０１２３４５６７８", "+81 80-1234-5678", "03-1234-5678", "06012345678", "090ー1111ー2222"},
	"prefecture": {"東京都", "大阪府", "北海道", "京都府"}, "city": {"渋谷区", "大阪市北区"}, "postal_code": {"150-0001", "〒１５０－０００１", "5300001"},
	"timezone": {"Asia/Tokyo", "Asia/Tokyo", "America/New_York"}, "currency": {"JPY"}, "password": {passphrase, passphrase, passphrase, passphrase, "five small words for a proof!", "short", "あいうえおかきくけこさしすせそ", strings.Repeat("ぱ", 200)},
	"email": {"hanako@example.jp", "ＨＡＮＡＫＯ＠example.jp", "o'brien+x@customer.example", "a@b"}, "code": {"7K3M9PQX", "000000", "123456"},
	"terms_version": {"1"}, "q": {"サロン", "さろん", "Fuzz", "山田", "5678", "%", "𠮷"}, "slug": {"hana-salon"}, "locale": {"ja", "en"},
}

const mostTexts = 2000 // characters of a generated text; longer ones are a flaw of their own

// value is one that fits the schema, mostly: of the names in memory, of the
// words of its name, of its examples, or made.
func (w *world) value(d dice, name string, x *openapi3.Schema, in map[string]string) any {
	switch {
	case x.Type.IncludesNull() && d.mischief(15):
		return nil
	case len(x.AnyOf) > 0:
		return w.value(d, name, oneOf(d, x.AnyOf).Value, in)
	case len(x.OneOf) > 0:
		return w.value(d, name, oneOf(d, x.OneOf).Value, in)
	case len(x.Enum) > 0:
		return oneOf(d, x.Enum)
	case x.Type.Permits("object") && (len(x.Properties) > 0 || x.Type.Is("object")):
		return w.object(d, x, in)
	case x.Type.Permits("array") && x.Items != nil:
		return w.array(d, name, x, in)
	case x.Type.Permits("boolean"):
		return !d.chance(50)
	case x.Type.Permits("integer"), x.Type.Permits("number"):
		return number(d, x)
	}
	return w.text(d, name, x, in)
}

func (w *world) object(d dice, x *openapi3.Schema, in map[string]string) map[string]any {
	out := map[string]any{}
	names := slices.Sorted(maps.Keys(x.Properties))
	only, often := "", oneOf(d, []int{45, 75, 0, 0}) // often 0: one alone, as where one of several is wanted
	if optional := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(x.Required, n) }); often == 0 && len(optional) > 0 {
		only = oneOf(d, optional)
	}
	for _, name := range names {
		if slices.Contains(x.Required, name) || name == only || d.chance(often) {
			out[name] = w.value(d, name, x.Properties[name].Value, in)
		}
	}
	if d.calm {
		w.sane(d, x, out, in)
	}
	if x.Properties["email"] != nil && x.Properties["password"] != nil && w.asking.authz.Audience == "public" && d.chance(80) { // one who has an account
		out["email"], out["password"] = w.people["wanderer"].email, passphrase
	}
	if more := x.AdditionalProperties.Schema; more != nil && d.mischief(40) {
		name := oneOf(d, []string{"en", "zh-Hant", "ko", "fr", "x", "日本語"})
		out[name] = w.value(d, name, more.Value, in)
	}
	return out
}

// sane makes of an object what the schema cannot tell: a wish names what is wanted
// in one way, and mostly nobody to serve it; a person has a name.
func (w *world) sane(d dice, x *openapi3.Schema, out map[string]any, in map[string]string) {
	if x.Properties["service_id"] != nil && x.Properties["staff_id"] != nil && d.chance(75) {
		delete(out, "staff_id")
		delete(out, "option_ids")
		delete(out, "party_size")
	}
	if x.Properties["items"] != nil && x.Properties["set_id"] != nil {
		way := oneOf(d, []string{"items", "service_id", "service_id", "set_id"})
		for _, other := range []string{"items", "service_id", "set_id"} {
			delete(out, other)
		}
		out[way] = w.value(d, way, x.Properties[way].Value, in)
	}
	if x.Properties["challenge_token"] != nil && x.Properties["code"] != nil { // one proof
		delete(out, "recovery_code")
		delete(out, "passkey")
		out["code"] = w.value(d, "code", x.Properties["code"].Value, in)
	}
	for _, name := range []string{"family_name", "given_name", "phone"} {
		if x.Properties["family_name"] != nil && x.Properties["phone"] != nil && out[name] == nil {
			out[name] = w.value(d, name, x.Properties[name].Value, in)
		}
	}
}

func (w *world) array(d dice, name string, x *openapi3.Schema, in map[string]string) []any {
	least, most := int(x.MinItems), 4
	if x.MaxItems != nil {
		most = min(most, int(*x.MaxItems))
	}
	out := []any{}
	if d.calm {
		least = max(1, least)
	}
	for range least + d.below(max(1, min(3, most-least+1))) {
		v := w.value(d, strings.TrimSuffix(name, "s"), x.Items.Value, in)
		if !slices.ContainsFunc(out, func(o any) bool { return fmt.Sprint(o) == fmt.Sprint(v) }) { // what is given twice is refused
			out = append(out, v)
		}
	}
	for len(out) < least {
		out = append(out, w.value(d, strings.TrimSuffix(name, "s"), x.Items.Value, in))
	}
	return out
}

// number is the example, a bound, or between.
func number(d dice, x *openapi3.Schema) any {
	low, high, step := 0.0, 1000.0, 1.0
	if x.Min != nil && (*x.Min >= 0 || d.mischief(15)) {
		low = *x.Min
		high = low + 1000
	}
	if x.Max != nil {
		high = *x.Max
	}
	if x.MultipleOf != nil {
		step = *x.MultipleOf
	}
	switch n := d.below(10); {
	case n < 4 && len(x.Examples) > 0:
		return oneOf(d, x.Examples)
	case n < 6:
		return math.Ceil(low/step) * step
	case n == 6 && !d.calm:
		return math.Floor(high/step) * step
	}
	return math.Ceil(low/step)*step + step*float64(d.below(int(min(oneOf(d, []float64{3, 3, 200}), (high-low)/step))+1))
}

func (w *world) text(d dice, name string, x *openapi3.Schema, in map[string]string) any {
	if app := w.apps[w.people["wanderer"].email]; name == "code" && app != "" && d.chance(60) {
		w.clock.Advance(30 * time.Second) // each is taken once
		return authtest.Code(w.t, app, w.clock.Now())
	}
	if v, ok := w.recall(d, name, in); ok {
		return v
	}
	switch x.Format {
	case "uuid":
		return fmt.Sprintf("01936b2f-7c1e-7000-8000-%012d", d.below(1000))
	case "date":
		ahead := d.below(7)
		if name == "to" { // the end of a range, mostly after its begin
			ahead += 6
		}
		if d.mischief(8) {
			ahead += 400
		}
		return w.day(ahead)
	case "date-time":
		return w.moment(d)
	}
	if list := w.words(name); len(list) > 0 && (d.calm || d.chance(85)) {
		if d.calm { // the best are first
			list = list[:min(2, len(list))]
		}
		return oneOf(d, list)
	}
	if x.Pattern != "" {
		return rapid.StringMatching(x.Pattern).Example(d.below(1 << 20))
	}
	if len(x.Examples) > 0 && (d.calm && d.chance(50) || d.chance(30)) {
		return oneOf(d, x.Examples)
	}
	if d.mischief(20) {
		return oneOf(d, fuzzHarms)
	}
	return fit(oneOf(d, fuzzTexts), x)
}

// words are those of the name or of what it ends with; addresses of mail are
// those of the one person whom it may hurt, and new ones.
func (w *world) words(name string) []string {
	if name == "email" || strings.HasSuffix(name, "_email") {
		own := w.people["wanderer"].email
		return append([]string{own, fmt.Sprintf("n%d@fuzz.example", w.sent), own, door("invited"), own, own}, fuzzWords["email"]...)
	}
	if list := fuzzWords[name]; list != nil {
		return list
	}
	_, last, _ := strings.Cut(name, "_")
	return fuzzWords[last]
}

// recall takes a value of the name from memory: mostly one of the latest, seldom
// a dead one, now and then none.
func (w *world) recall(d dice, name string, in map[string]string) (string, bool) {
	if name == "code" || name == "start" && d.chance(30) {
		in = nil
	}
	if name == "token" {
		name = "mailed_token"
	}
	known := w.memory.known(name, in)
	switch {
	case strings.HasSuffix(name, "token") && (len(known) == 0 || name == "mailed_token"): // what came by mail, best for this
		known = w.memory.known("mailed_token", nil)
		if fit := slices.DeleteFunc(slices.Clone(known), func(x *thing) bool { return x.in["for"] == "" || !strings.Contains(w.asking.path, x.in["for"]) }); len(fit) > 0 {
			known = fit
		}
	case strings.HasSuffix(name, "_id") && len(known) == 0 && len(w.asking.params) > 0: // another of what it is about
		last := w.asking.params[0].Value
		for _, p := range w.asking.params {
			if p.Value.In == "path" {
				last = p.Value
			}
		}
		if strings.HasSuffix(last.Name, "_id") && last.Name != "business_id" {
			known = w.memory.known(last.Name, map[string]string{"business_id": in["business_id"]})
		}
	}
	known = slices.DeleteFunc(slices.Clone(known), func(x *thing) bool { // nor what it is about itself
		return x.dead && !d.mischief(25) || name == "other_id" && slices.Contains(slices.Collect(maps.Values(in)), x.value)
	})
	if len(known) == 0 || d.mischief(10) {
		return "", false
	}
	recent := known[len(known)-1-d.below(len(known))]
	if d.chance(40) || strings.HasSuffix(name, "token") && d.chance(60) {
		recent = known[len(known)-1]
	}
	return recent.value, true
}

// moment is a start: on the grid, within hours or two weeks.
func (w *world) moment(d dice) string {
	within := 14 * 48
	if d.chance(40) { // so that guests come while the story lasts
		within = 6
	}
	at := w.clock.Now().In(tokyo()).Truncate(time.Hour).Add(time.Duration(1+d.below(within)) * 30 * time.Minute)
	if d.chance(10) {
		return at.UTC().Format(time.RFC3339)
	}
	return at.Format(time.RFC3339)
}

// fit shortens or lengthens a text to what the schema allows.
func fit(s string, x *openapi3.Schema) string {
	most := mostTexts
	if x.MaxLength != nil {
		most = min(most, int(*x.MaxLength))
	}
	for utf8.RuneCountInString(s) < int(x.MinLength) {
		s += "あ"
	}
	r := []rune(s)
	return string(r[:min(len(r), most)])
}

func encoded(body any) []byte {
	if text, ok := body.(string); ok {
		return []byte(text)
	}
	out, err := json.Marshal(body)
	if err != nil {
		panic(err) // made of what JSON can write
	}
	return out
}
