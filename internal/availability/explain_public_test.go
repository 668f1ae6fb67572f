package availability

import (
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

func TestPlainKinds_EachCause_HasASentenceForCustomers(t *testing.T) {
	t.Parallel()
	for _, kind := range CauseKinds {
		plain := plainKinds[kind]
		for _, lang := range locale.Langs {
			if plain == "" || !locale.Has(lang, "explain.plain."+string(plain)) {
				t.Errorf("%s: customers are told %q, which has no text in %s", kind, plain, lang)
			}
		}
	}
	if len(plainKinds) != len(CauseKinds) {
		t.Errorf("%d kinds are told, %d exist", len(plainKinds), len(CauseKinds))
	}
}
