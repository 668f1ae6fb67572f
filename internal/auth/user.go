package auth

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// Limits of what is stored of a person.
const (
	MaxEmail = 254 // bytes
	MaxName  = 100 // characters of each name
)

// User is a person with an account.
type User struct {
	ID            UserID
	Email         string
	FamilyName    string
	GivenName     string
	Locale        locale.Lang
	Operator      bool
	EmailVerified bool
	CreatedAt     time.Time
}

// UserID names a person.
type UserID = id.Of[User]

// Session is one device on which a person is signed in.
type Session struct{}

// SessionID names a session.
type SessionID = id.Of[Session]

// Principal is who calls.
type Principal struct {
	UserID        UserID
	SessionID     SessionID
	Operator      bool
	EmailVerified bool
	Strong        bool // has shown a second factor in this session
	Enrolled      bool // has a second factor
	Locale        locale.Lang
	Key           *KeyGrant // of a program with an API key, whose id is then UserID; nil for a person
}

// Person is what somebody says of himself when an account is made.
type Person struct {
	Email      string
	Password   string
	FamilyName string
	GivenName  string
	Locale     locale.Lang // Japanese when empty
}

// read cleans and checks; the faults are located at the API's names.
func (p Person) read() (Person, error) {
	var v fault.Fields
	p.Email = readEmail(&v, p.Email)
	p.FamilyName = readName(&v, "body.family_name", p.FamilyName)
	p.GivenName = readName(&v, "body.given_name", p.GivenName)
	p.Password = readPassword(&v, "body.password", p.Password, p.Email, p.FamilyName, p.GivenName)
	if p.Locale == "" {
		p.Locale = locale.JA
	}
	_, ok := locale.Parse(string(p.Locale))
	v.Check(ok, "body.locale", "not_allowed", fault.Args{"values": "ja, en"})
	return p, v.Err()
}

func readName(v *fault.Fields, at, s string) string {
	s = jp.CleanName(s)
	if v.Check(s != "", at, "required") {
		v.Check(len([]rune(s)) <= MaxName, at, "too_long", fault.Args{"max": MaxName})
	}
	return s
}
