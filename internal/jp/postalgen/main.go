// Postalgen packs the public table of postal codes into internal/jp/postal.bin:
//
//	postalgen -in FOLDER -out FILE
//
// FOLDER is json/ of the npm package jquery-jpostal-ja (MIT, Copyright 2014
// Aoki Makoto, Ninton G.K.), which holds the KEN_ALL and JIGYOSYO tables of Japan
// Post; Japan Post claims no right in them. `make postal` fetches the package and
// runs this. What was packed is opened and compared with the source, row by row,
// before it is written.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"

	"github.com/omotenashi-connect/omotenashi/internal/jp"
)

func main() {
	in := flag.String("in", "", "folder of the package's JSON files")
	out := flag.String("out", "", "file to write")
	flag.Parse()
	if err := run(*in, *out); err != nil {
		fmt.Fprintln(os.Stderr, "postalgen:", err)
		os.Exit(1) //nolint:forbidigo // this is the main
	}
}

func run(in, out string) error {
	if in == "" || out == "" {
		return errors.New("usage: postalgen -in FOLDER -out FILE")
	}
	src, err := read(os.DirFS(in))
	if err != nil {
		return err
	}
	packed, err := pack(src)
	if err != nil {
		return err
	}
	if err := compare(src, packed); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%s: %d towns, %d codes, %d bytes\n", src.date, len(src.rows), src.codes(), len(packed))
	return os.WriteFile(out, packed, 0o644) //nolint:gosec // public data, committed
}

// compare opens what was packed and looks every code up.
func compare(src source, packed []byte) error {
	t, err := jp.OpenPostal(packed)
	if err != nil {
		return err
	}
	if t.Date() != src.date || t.Rows() != len(src.rows) || t.Codes() != src.codes() {
		return fmt.Errorf("packed %s, %d, %d", t.Date(), t.Rows(), t.Codes())
	}
	for i := 0; i < len(src.rows); {
		code := src.rows[i].code
		var want []jp.Place
		for ; i < len(src.rows) && src.rows[i].code == code; i++ {
			want = append(want, src.rows[i].place)
		}
		got, err := t.Lookup(code)
		if err != nil || !slices.Equal(got, want) {
			return fmt.Errorf("%s: packed %v, read %v: %w", code, want, got, err)
		}
	}
	return nil
}
