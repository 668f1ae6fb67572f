package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/term"

	"github.com/omotenashi-connect/omotenashi/internal/app"
	"github.com/omotenashi-connect/omotenashi/internal/config"
)

// envPassphrase gives the passphrase to scripts. It is never an argument: other
// users of the machine can read those.
const envPassphrase = "OMOTENASHI_PASSPHRASE" //nolint:gosec // the name of a variable

type adminCmd struct {
	Create createCmd `cmd:"" help:"Make an operator's account; the passphrase is asked for, or read from standard input or OMOTENASHI_PASSPHRASE"`
}

type createCmd struct {
	Email      string `arg:"" help:"E-mail address of the operator."`
	FamilyName string `default:"運営" help:"Family name (姓)."`
	GivenName  string `default:"担当" help:"Given name (名)."`
	Data       string `help:"Folder of a running dev server (OMOTENASHI_DATA)." type:"path"`
}

// Run makes the account.
func (c createCmd) Run(p *process) error {
	passphrase, err := p.passphrase()
	if err != nil {
		return err
	}
	return p.with(map[string]string{"OMOTENASHI_DATA": c.Data}, func(ctx context.Context, cfg config.Config, o app.Options) error {
		return app.CreateOperator(ctx, cfg, o, app.Operator{
			Email: c.Email, Passphrase: passphrase, FamilyName: c.FamilyName, GivenName: c.GivenName,
		})
	})
}

// passphrase comes from the environment, from a person who types it twice
// unseen, or from the first line of standard input.
func (p *process) passphrase() (string, error) {
	if s := p.environ[envPassphrase]; s != "" {
		return s, nil
	}
	fd := int(p.in.Fd())
	if !term.IsTerminal(fd) {
		line, err := bufio.NewReader(p.in).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("read the passphrase: %w", err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	var typed [2]string
	for i, prompt := range []string{"Passphrase: ", "Once more: "} {
		fmt.Fprint(p.err, prompt)
		raw, err := term.ReadPassword(fd)
		fmt.Fprintln(p.err)
		if err != nil {
			return "", fmt.Errorf("read the passphrase: %w", err)
		}
		typed[i] = string(raw)
	}
	if typed[0] != typed[1] {
		return "", errors.New("the two passphrases differ")
	}
	return typed[0], nil
}
