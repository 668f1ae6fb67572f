package demo

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// Passphrase opens every account of the demo. Everybody knows it: an
// installation that has the demo is for trying only.
const Passphrase = "omotenashi demo passphrase" //nolint:gosec // known on purpose

// Account is a sign-in of the demo.
type Account struct {
	Email    string
	Label    locale.Text // who it is, for lists of sign-ins
	Operator bool

	family, given string
}

var (
	hanaOwner   = Account{Email: "owner@hana-salon.example", Label: text("ヘアサロン はな・オーナー", "Hana Hair Salon, owner"), family: "花田", given: "真理子"}
	hanaStaff   = Account{Email: "staff@hana-salon.example", Label: text("ヘアサロン はな・スタッフ", "Hana Hair Salon, staff"), family: "高橋", given: "健太"}
	midoriOwner = Account{Email: "owner@midori-clinic.example", Label: text("みどり皮膚科クリニック・オーナー", "Midori Skin Clinic, owner"), family: "緑川", given: "聡"}
	yoruOwner   = Account{Email: "owner@yoru-bar.example", Label: text("酒場 よる・オーナー", "Yoru Bar & Dining, owner"), family: "夜久", given: "涼子"}
	operator    = Account{Email: "operator@omotenashi.example", Label: text("プラットフォーム運営", "Platform operator"), family: "表", given: "なしこ", Operator: true}
)

// Accounts are the sign-ins that Seed makes, all with Passphrase.
func Accounts() []Account {
	return []Account{hanaOwner, hanaStaff, midoriOwner, yoruOwner, operator}
}

// operatorSecret is what the operator's authenticator app has: as well known as
// Passphrase, and in the database of a demo only.
func operatorSecret() []byte {
	sum := sha256.Sum256([]byte(Passphrase))
	return sum[:20]
}

// OperatorCode is what the operator's authenticator app shows at an instant.
func OperatorCode(at time.Time) (string, error) { return auth.TOTPCode(operatorSecret(), at) }

// ensureAccounts makes the accounts that are missing and gives all of their ids
// by address.
func ensureAccounts(ctx context.Context, people *auth.Service) (map[string]auth.UserID, error) {
	ids := map[string]auth.UserID{}
	for _, a := range Accounts() {
		uid, err := ensureAccount(ctx, people, a)
		if err != nil {
			return nil, fmt.Errorf("account %s: %w", a.Email, err)
		}
		ids[a.Email] = uid
	}
	return ids, nil
}

func ensureAccount(ctx context.Context, people *auth.Service, a Account) (auth.UserID, error) {
	create := people.CreateUser
	if a.Operator {
		create = people.CreateOperator
	}
	uid, err := create(ctx, auth.Person{Email: a.Email, Password: Passphrase, FamilyName: a.family, GivenName: a.given, Locale: locale.JA})
	if errors.Is(err, auth.ErrEmailTaken) {
		var u auth.User
		u, err = people.ByEmail(ctx, a.Email)
		uid = u.ID
	}
	if err == nil && a.Operator { // who may do nothing without a second factor
		err = people.EnrolTOTP(ctx, uid, operatorSecret())
	}
	return uid, err
}
