package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const reportText = `{"install": [
 {"metadata": {"name": "NumPy", "version": "2.4.6"},
  "download_info": {"url": "scheme://index/packages/numpy-2.4.6-cp313-cp313t-PLATFORM.whl", "archive_info": {"hashes": {"sha256": "aa"}}}}]}`

func TestLockText(t *testing.T) {
	t.Parallel()
	parsed, err := wheels([]byte(reportText))
	require.NoError(t, err)
	l := newLock()
	require.NoError(t, l.add(parsed))
	require.NoError(t, l.add([]wheel{{"numpy", "2.4.6", "numpy-2.4.6-cp313-cp313t-OTHER.whl", "bb"}, {"joblib", "1.6.0", "joblib.whl", "cc"}}))
	assert.Equal(t, `# Made by "go run ./provision/locks/refresh" from cp313t.in; change that file, not this one.
# Installed with --require-hashes --only-binary=:all:, so that nothing else can be.

# joblib.whl
joblib==1.6.0 \
    --hash=sha256:cc

# numpy-2.4.6-cp313-cp313t-OTHER.whl
# numpy-2.4.6-cp313-cp313t-PLATFORM.whl
numpy==2.4.6 \
    --hash=sha256:bb \
    --hash=sha256:aa
`, l.text("cp313t"))
	require.ErrorContains(t, l.add([]wheel{{"numpy", "2.5.0", "x", "dd"}}), "pin it")
}

func TestReportWithoutHash(t *testing.T) {
	t.Parallel()
	_, err := wheels([]byte(`{"install": [{"metadata": {"name": "a"}, "download_info": {"url": "x/a.whl"}}]}`))
	require.ErrorContains(t, err, "no sha256")
}

func TestPythonVersion(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "3.13", pythonVersion("cp313t"))
	assert.Equal(t, "3.14", pythonVersion("cp314"))
}
