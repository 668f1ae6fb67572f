package devstack

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// identityKind says how the server's processes come to run as an ordinary user.
type identityKind int

const (
	asSelf      identityKind = iota // we are an ordinary user ourselves
	inNamespace                     // user namespace: our files and theirs have one owner
	asUser                          // setuid to another user, who owns the data
)

// firstExtraFile is the number that the first of an exec.Cmd's ExtraFiles has in the child.
const firstExtraFile = 3

func (k identityKind) String() string {
	return [...]string{"self", "namespace", "setuid"}[k]
}

// identity is the user as whom PostgreSQL runs.
type identity struct {
	kind     identityKind
	uid, gid uint32 // what the processes see, and for asUser the machine too; unused for asSelf
}

// fallbackID is the user "nobody" nearly everywhere.
const fallbackID = 65534

// chooseIdentity decides how to run on the given data folder, which may not exist
// yet. Whoever owns it keeps it; root without data prefers a namespace.
func chooseIdentity(ctx context.Context, dataDir string) (identity, error) {
	euid := os.Geteuid()
	if euid != 0 {
		if _, err := user.LookupId(strconv.Itoa(euid)); err == nil {
			return identity{kind: asSelf}, nil
		}
		// initdb insists on a name for its user; a namespace can give it one.
		if id := namespaceIdentity(); try(ctx, id) == nil {
			return id, nil
		}
		return identity{kind: asSelf}, nil
	}
	if uid, gid, ok := owner(dataDir); ok && uid != 0 {
		return identity{kind: asUser, uid: uid, gid: gid}, nil
	}
	id := namespaceIdentity()
	nsErr := try(ctx, id)
	if nsErr == nil {
		return id, nil
	}
	id = setuidIdentity()
	if err := try(ctx, id); err != nil {
		return identity{}, fmt.Errorf("PostgreSQL does not run as root, and neither a user namespace (%w) nor another user (%w) "+
			"can be had here: start as an ordinary user, or set DATABASE_URL", nsErr, err)
	}
	return id, nil
}

func namespaceIdentity() identity {
	uid, gid := ordinaryUser()
	return identity{kind: inNamespace, uid: uid, gid: gid}
}

func setuidIdentity() identity {
	uid, gid := ordinaryUser()
	return identity{kind: asUser, uid: uid, gid: gid}
}

// ordinaryUser is a user that has a name and no rights.
func ordinaryUser() (uid, gid uint32) {
	for _, name := range []string{"nobody", "daemon"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUID := strconv.ParseUint(u.Uid, 10, 32)
		gid, errGID := strconv.ParseUint(u.Gid, 10, 32)
		if errUID == nil && errGID == nil && uid > 0 && gid > 0 {
			return uint32(uid), uint32(gid)
		}
	}
	return fallbackID, fallbackID
}

// try runs a program that does nothing as the identity.
func try(ctx context.Context, id identity) error {
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", "exit 0")
	cmd.Dir = "/"
	cmd.SysProcAttr = sysProcAttr(id, 0)
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", id.kind, err)
	}
	return nil
}

func owner(path string) (uid, gid uint32, ok bool) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, 0, false
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, false
	}
	return st.Uid, st.Gid, true
}

// giveTo makes the identity the owner of a tree, which must not change
// meanwhile. Only asUser changes owners.
func (id identity) giveTo(dir string) error {
	if id.kind != asUser {
		return nil
	}
	if uid, _, ok := owner(dir); ok && uid == id.uid {
		return nil
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("open folder: %w", err)
	}
	defer root.Close()
	err = fs.WalkDir(root.FS(), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || path == "." {
			return err // the folder itself comes last, so that an interrupted run begins anew
		}
		return root.Lchown(path, int(id.uid), int(id.gid))
	})
	if err == nil {
		err = os.Lchown(dir, int(id.uid), int(id.gid))
	}
	if err != nil {
		return fmt.Errorf("give %s to user %d: %w", dir, id.uid, err)
	}
	return nil
}
