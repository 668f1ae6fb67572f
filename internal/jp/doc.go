// Package jp is how Japan writes: kana, names, phone numbers, postal codes,
// prefectures. It is pure, and depends on no server's or machine's locale, so
// that what it makes may be stored, compared and paged over.
package jp
