package vet_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/provision/locate"
	"github.com/gosnakepit/snakepit/provision/vet"
)

// python is any Python of this machine, and a folder of modules.
func python(t *testing.T) (locate.Python, []string) {
	t.Helper()
	found, _, err := locate.ProcessBases(t.Context(), locate.ProcessOptions{AllowFreeThreaded: true})
	if err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"noisy": "print('{\"fault\": \"none of it\"}', flush=True)", "broken": "raise ValueError('no such model')",
		"crashing": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "leaving": "import os; os._exit(0)", "exiting": "raise SystemExit(3)",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name+".py"), []byte(text+"\n"), 0o600))
	}
	return found[0], []string{dir}
}

func TestImports(t *testing.T) {
	t.Parallel()
	p, path := python(t)
	require.NoError(t, vet.Imports(t.Context(), p, nil, nil))
	require.NoError(t, vet.Imports(t.Context(), p, nil, []string{"json", "email.message"}))
	require.NoError(t, vet.Imports(t.Context(), p, path, []string{"noisy", "json"}), "what a module prints is no answer")
	for library, why := range map[string]string{
		"not_there_at_all": "ModuleNotFoundError", "broken": "no such model", "crashing": "signal: segmentation fault",
		"leaving": "ended the interpreter", "exiting": "SystemExit",
	} {
		err := vet.Imports(t.Context(), p, path, []string{"json", library, "noisy"})
		var o *vet.Objection
		require.ErrorAs(t, err, &o, library)
		require.Equal(t, library, o.Library)
		require.ErrorContains(t, err, why)
	}
}

func TestImportsThatCannotBeTried(t *testing.T) {
	t.Parallel()
	p, path := python(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(fmt.Errorf("enough"))
	require.ErrorContains(t, vet.Imports(ctx, p, path, []string{"json"}), "enough")
	require.ErrorIs(t, vet.Imports(t.Context(), locate.Python{Executable: "/no/such/python"}, nil, []string{"json"}), os.ErrNotExist)
}
