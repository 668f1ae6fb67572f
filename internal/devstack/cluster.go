package devstack

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// cluster is a data folder and what is needed to run PostgreSQL on it.
type cluster struct {
	PostgresOptions
	dir      string // DataDir, absolute
	bin      string // folder of the programs, within reach of the identity
	id       identity
	password string
}

func newCluster(ctx context.Context, o PostgresOptions) (*cluster, error) {
	if o.Binaries.Dir == "" || o.DataDir == "" {
		return nil, errors.New("start PostgreSQL: Binaries and DataDir are needed")
	}
	dir, err := filepath.Abs(o.DataDir)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	o.Log = orDiscard(o.Log)
	c := &cluster{PostgresOptions: o, dir: dir, bin: o.Binaries.Dir}
	if c.id, err = identityFor(ctx, o, dir); err != nil {
		return nil, err
	}
	if c.bin, err = reachableBin(ctx, c.id, o.Binaries); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return nil, fmt.Errorf("folder of the data: %w", err)
	}
	return c, nil
}

func identityFor(ctx context.Context, o PostgresOptions, dir string) (identity, error) {
	if o.force == nil {
		return chooseIdentity(ctx, dir)
	}
	switch *o.force {
	case inNamespace:
		return namespaceIdentity(), nil
	case asUser:
		return setuidIdentity(), nil
	default:
		return identity{kind: asSelf}, nil
	}
}

// prepare makes or checks the data folder and its password. The caller holds the lock.
func (c *cluster) prepare(ctx context.Context) error {
	exists, err := c.exists()
	if err != nil {
		return err
	}
	known, err := c.loadPassword()
	if err != nil {
		return err
	}
	if !exists {
		return c.create(ctx)
	}
	if err := c.waitUnused(ctx); err != nil {
		return err
	}
	if err := c.id.giveTo(c.dir); err != nil {
		return err
	}
	if known {
		return nil
	}
	return c.resetPassword(ctx)
}

// exists tells whether the folder holds a cluster of our version. A folder with
// something else in it, or of another version, is an error.
func (c *cluster) exists() (bool, error) {
	entries, err := os.ReadDir(c.dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("data folder: %w", err)
	}
	major, err := dataMajor(c.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("%s is not empty and holds no PostgreSQL data: choose another folder", c.dir)
	}
	if err != nil {
		return false, fmt.Errorf("data folder: %w", err)
	}
	if major != c.Binaries.Major {
		return false, fmt.Errorf("the data in %s was made by PostgreSQL %d, but the one found is %s (%s): "+
			"set %s to the programs of PostgreSQL %d, or move the folder away to begin anew",
			c.dir, major, c.Binaries.Version, c.Binaries.Dir, EnvBin, major)
	}
	return true, nil
}

func (c *cluster) passwordFile() string { return c.dir + ".password" }

// loadPassword reads the superuser's password, or makes one; known is false then.
func (c *cluster) loadPassword() (known bool, err error) {
	data, err := os.ReadFile(c.passwordFile())
	if err == nil && len(strings.TrimSpace(string(data))) > 0 {
		c.password = strings.TrimSpace(string(data))
		return true, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("password file: %w", err)
	}
	c.password = rand.Text()
	return false, nil
}

func (c *cluster) savePassword() error {
	tmp := c.passwordFile() + ".new"
	if err := errors.Join(os.WriteFile(tmp, []byte(c.password+"\n"), 0o600), os.Chmod(tmp, 0o600)); err != nil {
		return fmt.Errorf("password file: %w", err)
	}
	if err := os.Rename(tmp, c.passwordFile()); err != nil {
		return fmt.Errorf("password file: %w", err)
	}
	return nil
}

// create runs initdb into a new folder and renames it, so that the data folder is
// whole or absent. The password is saved before, so that no data is without one.
func (c *cluster) create(ctx context.Context) error {
	if err := c.removeLeftovers(); err != nil {
		return err
	}
	staging, err := os.MkdirTemp(filepath.Dir(c.dir), filepath.Base(c.dir)+stagingSuffix)
	if err != nil {
		return fmt.Errorf("new data folder: %w", err)
	}
	defer func() {
		if err := os.RemoveAll(staging); err != nil { // absent after the rename
			c.Log.WarnContext(ctx, "unfinished data folder stays until the next start", "dir", staging, "error", err.Error())
		}
	}()
	if err := c.id.giveTo(staging); err != nil {
		return err
	}
	c.Log.InfoContext(ctx, "making a postgres data folder", "dir", c.dir, "version", c.Binaries.Version)
	if err := c.initdb(ctx, staging); err != nil {
		return err
	}
	if err := c.savePassword(); err != nil {
		return err
	}
	if err := os.Rename(staging, c.dir); err != nil {
		return fmt.Errorf("put the data folder into place: %w", err)
	}
	return nil
}

// stagingSuffix marks the folders in which initdb works.
const stagingSuffix = ".new-"

func (c *cluster) removeLeftovers() error {
	entries, err := os.ReadDir(filepath.Dir(c.dir))
	if err != nil {
		return fmt.Errorf("folder of the data: %w", err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), filepath.Base(c.dir)+stagingSuffix) {
			if err := os.RemoveAll(filepath.Join(filepath.Dir(c.dir), e.Name())); err != nil {
				return fmt.Errorf("remove leftover: %w", err)
			}
		}
	}
	return nil
}

func (c *cluster) initdb(ctx context.Context, dir string) error {
	secret, err := c.passwordPipe()
	if err != nil {
		return err
	}
	defer secret.Close()
	return c.run(ctx, dir, "initdb", "", []*os.File{secret}, c.initdbArgs()...)
}

func (c *cluster) initdbArgs() []string {
	args := []string{
		"--username=" + superuser, fmt.Sprintf("--pwfile=/dev/fd/%d", firstExtraFile), "--auth-local=reject",
		"--encoding=UTF8", "--locale=C", "--no-instructions",
	}
	if c.Ephemeral {
		// Tests open thousands of connections, and SCRAM is slow on purpose.
		args = append(args, "--no-sync", "--wal-segsize=1", "--auth-host=md5")
	} else {
		args = append(args, "--auth-host=scram-sha-256")
	}
	return args
}

// passwordPipe is a file without a name that holds the password: the identity
// may be unable to walk to a named one.
func (c *cluster) passwordPipe() (*os.File, error) {
	file, err := os.CreateTemp(filepath.Dir(c.dir), ".password-*")
	if err != nil {
		return nil, fmt.Errorf("password for initdb: %w", err)
	}
	errs := []error{os.Remove(file.Name())}
	if c.id.kind == asUser {
		errs = append(errs, file.Chown(int(c.id.uid), int(c.id.gid)))
	}
	_, err = file.WriteString(c.password + "\n")
	errs = append(errs, err)
	_, err = file.Seek(0, 0)
	if err := errors.Join(append(errs, err)...); err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("password for initdb: %w", err)
	}
	return file, nil
}

// resetPassword gives the superuser the new password when the file with the old
// one was lost, through a server without network.
func (c *cluster) resetPassword(ctx context.Context) error {
	c.Log.WarnContext(ctx, "the password file of postgres is missing: setting a new password", "file", c.passwordFile())
	sql := "ALTER ROLE " + superuser + " PASSWORD '" + c.password + "';\n"
	if err := c.run(ctx, c.dir, "postgres", sql, nil, "--single", "-j", "-c", "password_encryption=scram-sha-256", "postgres"); err != nil {
		return err
	}
	return c.savePassword()
}

// run runs one of PostgreSQL's programs to its end. "-D dir" follows the first
// argument, since --single must come first.
func (c *cluster) run(ctx context.Context, dir, program, stdin string, files []*os.File, args ...string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin, program))
	cmd.ExtraFiles = files
	name, entered, err := c.id.enter(cmd, dir)
	if err != nil {
		return err
	}
	defer entered()
	var out strings.Builder
	cmd.Args = append(cmd.Args, args[0], "-D", name)
	cmd.Args = append(cmd.Args, args[1:]...)
	cmd.Env = cleanEnv()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &out
	cmd.Dir = "/"
	cmd.SysProcAttr = sysProcAttr(c.id, 0)
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s in %s (as %s): %w\n%s", program, dir, c.id.kind, errors.Join(err, ctx.Err()), lastLines(out.String(), 15))
	}
	return nil
}
